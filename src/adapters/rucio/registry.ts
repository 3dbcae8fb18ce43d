import * as z from 'zod';
import { DidType, formatDid, parseDid } from '../../common/contract/did.js';
import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import { rucioMetadata } from '../../common/core/metadata.js';
import {
  NameRefused,
  type IKnown,
  type INewReplica,
  type INewRule,
  type IRegistry,
  type ReplicaState
} from '../../upload/core/ports.js';
import type { RucioAccount } from './account.js';
import { RucioError } from './errors.js';
import type { IRucioRequest, RucioHttp } from './http.js';
import { RegistryRules, slices } from './registry-rules.js';
import { isoTime, Known, KnownText } from './wire.js';

/** Zeros in front may be missing where another client has registered the file. */
const digits = (length: number) =>
  KnownText.transform(text =>
    text === null || text === '' ? null : text.toLowerCase().padStart(length, '0')
  );

const KnownDid = z.object({
  scope: z.string(),
  name: z.string(),
  did_type: DidType,
  bytes: Known,
  adler32: digits(8),
  md5: digits(32),
  is_open: z.boolean().nullish(),
  expired_at: z.unknown()
});

const Replica = z.object({
  scope: z.string(),
  name: z.string(),
  states: z.record(z.string(), z.string()).default({})
});

/** What ends within the hour may be gone before an upload is. */
const ENDING_MS = 3_600_000;
/** Rucio takes 12 ms for each DID's metadata. */
const METADATA_AT_ONCE = 200;

/** The catalogue's side of uploads, over Rucio's REST interface. */
export class RucioRegistry implements IRegistry {
  constructor(
    private readonly _http: RucioHttp,
    account: RucioAccount,
    private readonly _clock: IClock
  ) {
    this._rules = new RegistryRules(_http, account);
  }

  async known(dids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, IKnown>> {
    const found = new Map<string, IKnown>();
    const body = { dids: dids.map(parseDid) };
    const request = post('/dids/bulkmeta', body, signal);
    await refusingNames(dids, async () => {
      for await (const batch of this._http.items(request, KnownDid)) {
        for (const did of batch) {
          found.set(formatDid(did), this._known(did));
        }
      }
    });
    return found;
  }

  async replicas(
    dids: readonly string[],
    rse: string,
    signal: AbortSignal
  ): Promise<ReadonlyMap<string, ReplicaState>> {
    const states = new Map<string, ReplicaState>();
    const body = { dids: dids.map(parseDid), all_states: true, rse_expression: rse };
    for await (const batch of this._http.items(post('/replicas/list', body, signal), Replica)) {
      for (const replica of batch) {
        if (Object.hasOwn(replica.states, rse)) {
          states.set(formatDid(replica), replica.states[rse]);
        }
      }
    }
    return states;
  }

  async register(
    rse: string,
    replicas: readonly INewReplica[],
    signal: AbortSignal
  ): Promise<void> {
    const files = replicas.map(({ did, bytes, adler32, md5, pfn }) => ({
      ...parseDid(did),
      bytes,
      adler32,
      ...(md5 === null ? {} : { md5 }),
      ...(pfn === null ? {} : { pfn }),
      state: 'A'
    }));
    const dids = replicas.map(({ did }) => did);
    try {
      await refusingNames(dids, () => this._http.text(post('/replicas', { rse, files }, signal)));
    } catch (error) {
      throw await this._registering(error, rse, dids, signal);
    }
  }

  async attach(
    collection: string,
    files: readonly INewReplica[],
    signal: AbortSignal
  ): Promise<void> {
    const attach = (dids: object[]) =>
      this._http.text(
        post(
          '/dids/attachments',
          { attachments: [{ ...parseDid(collection), dids }], ignore_duplicate: true },
          signal
        )
      );
    try {
      await attach(files.map(({ did, bytes, adler32 }) => ({ ...parseDid(did), bytes, adler32 })));
    } catch (error) {
      if (!(error instanceof DataLakeError) || error.code !== 'exists-differs') {
        throw error;
      }
      // Rucio compares as text what may be the same number.
      await this._mustBeSame(files, signal);
      await attach(files.map(({ did }) => parseDid(did)));
    }
  }

  /** The route for many: in that for one, a name that ends in /meta is somebody else's. */
  async createDataset(did: string, signal: AbortSignal): Promise<void> {
    const isThere = async () => {
      const type = (await this.known([did], signal)).get(did)?.type;
      if (type !== undefined && type !== 'DATASET') {
        throw new DataLakeError(
          'conflict',
          `${did} is a ${type.toLowerCase()}: choose another name.`
        );
      }
      return type !== undefined;
    };
    if (await isThere()) {
      return;
    }
    try {
      const body = [{ ...parseDid(did), type: 'DATASET' }];
      await this._http.text({ method: 'POST', path: '/dids', body, signal });
    } catch (error) {
      if (!(error instanceof DataLakeError) || error.code !== 'conflict' || !(await isThere())) {
        throw error;
      }
    }
  }

  keep(dids: readonly string[], rule: INewRule, signal: AbortSignal) {
    return this._rules.keep(dids, rule, signal);
  }

  rules(ids: readonly string[], signal: AbortSignal) {
    return this._rules.states(ids, signal);
  }

  isKept(did: string, rse: string, signal: AbortSignal): Promise<boolean> {
    return this._rules.isKept(did, rse, signal);
  }

  unkept(dids: readonly string[], rse: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
    return this._rules.unkept(dids, rse, signal);
  }

  async annotate(
    dids: readonly string[],
    metadata: Readonly<Record<string, string>>,
    signal: AbortSignal
  ): Promise<void> {
    await this._describe(dids, rucioMetadata(metadata), signal);
  }

  async forget(dids: readonly string[], rse: string, signal: AbortSignal): Promise<void> {
    for (let left = dids; left.length > 0;) {
      try {
        const body = { rse, files: left.map(parseDid) };
        await this._http.text({ method: 'DELETE', path: '/replicas', body, signal });
        return;
      } catch (error) {
        if (!(error instanceof DataLakeError) || error.code !== 'not-found') {
          throw error;
        }
        // One that is gone already stops all of them.
        const there = await this.replicas(left, rse, signal);
        if (there.size === left.length) {
          throw error;
        }
        left = [...there.keys()];
      }
    }
  }

  async erase(dids: readonly string[], signal: AbortSignal): Promise<void> {
    for (const some of slices(dids, METADATA_AT_ONCE)) {
      try {
        await this._describe(some, { lifetime: 0 }, signal);
      } catch (error) {
        if (!(error instanceof DataLakeError) || error.code !== 'not-found') {
          throw error;
        }
        const left = [...(await this.known(some, signal)).keys()];
        if (left.length === some.length) {
          throw error;
        }
        await this.erase(left, signal);
      }
    }
  }

  private async _describe(
    dids: readonly string[],
    meta: object,
    signal: AbortSignal
  ): Promise<void> {
    for (const some of slices(dids, METADATA_AT_ONCE)) {
      const body = { dids: some.map(did => ({ ...parseDid(did), meta })) };
      await this._http.text(post('/dids/bulkdidsmeta', body, signal));
    }
  }

  private _known(did: z.output<typeof KnownDid>): IKnown {
    const end = isoTime(did.expired_at);
    return {
      type: did.did_type,
      bytes: did.bytes,
      adler32: did.adler32,
      md5: did.md5,
      open: did.did_type === 'FILE' || did.is_open !== false,
      ending: end !== null && Date.parse(end) < this._clock.now() + ENDING_MS
    };
  }

  /** What a registration failed of. A DID that is a collection shows as a failure of the database. */
  private async _registering(
    error: unknown,
    rse: string,
    dids: readonly string[],
    signal: AbortSignal
  ): Promise<unknown> {
    if (!(error instanceof RucioError)) {
      return error;
    }
    const { exceptionClass, detail } = error;
    const options = { cause: error, detail };
    if (exceptionClass === 'AccessDenied') {
      return new DataLakeError(
        'forbidden',
        detail?.includes('file replicas on') === true
          ? `Rucio's policy does not let this account register files at ${rse}: choose another RSE.`
          : "Rucio's policy does not let this account make DIDs in this scope: choose one of your own.",
        options
      );
    }
    if (exceptionClass === 'UnsupportedOperation') {
      return new DataLakeError(
        'rse-not-writable',
        `Nobody can register files like these at ${rse}: choose another RSE.`,
        options
      );
    }
    if (exceptionClass === 'DatabaseException' || exceptionClass === 'RucioException') {
      const known = await this.known(dids, signal).catch(() => null);
      const [did] = [...(known ?? [])].find(([, { type }]) => type !== 'FILE') ?? [];
      return did === undefined
        ? error
        : new DataLakeError('conflict', `${did} is a dataset or a container already.`, options);
    }
    return error;
  }

  private async _mustBeSame(files: readonly INewReplica[], signal: AbortSignal): Promise<void> {
    const known = await this.known(
      files.map(({ did }) => did),
      signal
    );
    for (const { did, bytes, adler32 } of files) {
      const there = known.get(did);
      if (there !== undefined && (there.bytes !== bytes || there.adler32 !== adler32)) {
        throw new DataLakeError('exists-differs', `${did} exists with other content.`);
      }
    }
  }

  private readonly _rules: RegistryRules;
}

/** Each of these may be sent again: what is done already is left as it is. */
function post(path: string, body: unknown, signal: AbortSignal): IRucioRequest {
  return { method: 'POST', path, body, signal, repeatable: true };
}

async function refusingNames<T>(dids: readonly string[], ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (
      error instanceof RucioError &&
      error.exceptionClass === 'InvalidObject' &&
      error.entry !== null &&
      error.entry < dids.length
    ) {
      throw new NameRefused(dids[error.entry], error.detail);
    }
    throw error;
  }
}
