import * as z from 'zod';
import { parseDid } from '../../common/contract/did.js';
import type { IProtocol, IRsesToWrite, IWritableRse } from '../../upload/core/ports.js';
import type { RucioAccount } from './account.js';
import { RucioCatalogue } from './catalogue.js';
import { RucioError } from './errors.js';
import type { RucioHttp } from './http.js';
import { LFN2PFN } from './lfn2pfn.js';
import { rucioPath } from './path.js';
import { RucioAccounts } from './quotas.js';
import { pfnPrefix, RucioRses } from './rses.js';
import { Known } from './wire.js';

const Operations = z.record(z.string(), Known);

const Protocol = z.object({
  scheme: z.string(),
  hostname: z.string(),
  port: z.number(),
  prefix: z.string().nullish(),
  domains: z.object({ lan: Operations.optional(), wan: Operations.optional() }),
  extended_attributes: z.unknown()
});

const Rse = z.object({
  rse: z.string(),
  deterministic: z.boolean(),
  availability_write: z.boolean(),
  verify_checksum: z.boolean().nullish(),
  lfn2pfn_algorithm: z.string().nullish(),
  protocols: z.array(Protocol)
});

const Usage = z.object({ source: z.string(), free: Known });

/** So many names of up to 250 characters make a URL that every server takes. */
const NAMES_IN_A_URL = 25;

/** Where an account may write, over Rucio's REST interface. */
export class RucioRsesToWrite implements IRsesToWrite {
  constructor(
    private readonly _http: RucioHttp,
    private readonly _account: RucioAccount
  ) {
    this._rses = new RucioRses(_http);
    this._accounts = new RucioAccounts(_http, _account);
    this._catalogue = new RucioCatalogue(_http, _account);
  }

  async matching(expression: string | null, signal: AbortSignal): Promise<readonly string[]> {
    return this._rses.matching(expression, signal);
  }

  async facts(rse: string, signal: AbortSignal): Promise<IWritableRse> {
    const found = await this._facts(rse, signal);
    return {
      rse: found.rse,
      writable: found.availability_write,
      deterministic: found.deterministic,
      protocols: writable(found).map(protocol => ({
        scheme: protocol.scheme,
        prefix: pfnPrefix(protocol)
      })),
      verifies: found.verify_checksum ?? true
    };
  }

  /** Computed here where the algorithm is one that every Rucio has; else the lake's server is asked. */
  async pfns(
    rse: string,
    { scheme, prefix }: IProtocol,
    dids: readonly string[],
    signal: AbortSignal
  ): Promise<readonly string[]> {
    const found = await this._facts(rse, signal);
    const algorithm = found.lfn2pfn_algorithm ?? 'hash';
    const protocol = writable(found).find(each => pfnPrefix(each) === prefix);
    // Some protocols have more in their PFNs than prefix and path, e.g. srm.
    if (Object.hasOwn(LFN2PFN, algorithm) && protocol?.extended_attributes == null) {
      return dids.map(did => {
        const { scope, name } = parseDid(did);
        return prefix + LFN2PFN[algorithm](scope, name);
      });
    }
    const pfns: string[] = [];
    for (let first = 0; first < dids.length; first += NAMES_IN_A_URL) {
      const some = dids.slice(first, first + NAMES_IN_A_URL);
      const query = some.map(did => `lfn=${encodeURIComponent(did)}`).join('&');
      const answer = await this._http.json(
        {
          path: `${rucioPath`/rses/${rse}/lfns2pfns`}?${query}&operation=write&scheme=${encodeURIComponent(scheme)}`,
          signal
        },
        z.object(Object.fromEntries(some.map(did => [did, z.string()])))
      );
      pfns.push(...some.map(did => answer[did]));
    }
    return pfns;
  }

  /**
   * Registers nothing: Rucio asks its policy, and then stumbles over a list that is empty. What the policy says
   * is remembered for as long as the account is the same.
   */
  async mayWrite(rse: string, signal: AbortSignal): Promise<boolean | null> {
    const key = `${await this._account.name(signal)} ${rse}`;
    const verdict = this._verdicts.get(key) ?? (await this._probe(rse, signal));
    if (verdict !== null) {
      this._verdicts.set(key, verdict);
    }
    return verdict;
  }

  async freeBytes(rse: string, signal: AbortSignal): Promise<number | null> {
    const path = rucioPath`/rses/${rse}/usage`;
    let free: number | null = null;
    for await (const usages of this._http.items(
      { path, query: { source: 'storage' }, signal },
      Usage
    )) {
      free = usages.find(({ source }) => source === 'storage')?.free ?? free;
    }
    return free;
  }

  quota(
    rse: string,
    signal: AbortSignal
  ): Promise<{ limitBytes: number | null; usedBytes: number }> {
    return this._accounts.tightest(rse, signal);
  }

  async scopes(
    signal: AbortSignal
  ): Promise<{ scopes: readonly string[]; own: readonly string[] }> {
    const [scopes, own] = await Promise.all([
      this._catalogue.scopes(signal),
      this._catalogue.ownScopes(signal)
    ]);
    return { scopes, own };
  }

  private async _probe(rse: string, signal: AbortSignal): Promise<boolean | null> {
    try {
      const body = { rse, files: [] };
      await this._http.text({ method: 'POST', path: '/replicas', body, signal });
      return true;
    } catch (error) {
      if (!(error instanceof RucioError) || error.code === 'not-found') {
        throw error;
      }
      return error.exceptionClass === 'AccessDenied'
        ? false
        : error.exceptionClass === 'DatabaseException' && error.status === 500
          ? true
          : null;
    }
  }

  private _facts(rse: string, signal: AbortSignal): Promise<z.output<typeof Rse>> {
    return this._http.json({ path: rucioPath`/rses/${rse}`, signal }, Rse);
  }

  private readonly _rses: RucioRses;
  private readonly _accounts: RucioAccounts;
  private readonly _catalogue: RucioCatalogue;
  private readonly _verdicts = new Map<string, boolean>();
}

/** Those that may be written by, from afar before those of the site's own network; 0 or 1 is the best. */
function writable({ protocols }: z.output<typeof Rse>): z.output<typeof Protocol>[] {
  const rank = ({ domains: { wan, lan } }: z.output<typeof Protocol>) =>
    wan?.write ?? (lan?.write == null ? null : 1000 + lan.write);
  return protocols
    .filter(protocol => rank(protocol) !== null)
    .toSorted((a, b) => (rank(a) ?? 0) - (rank(b) ?? 0));
}
