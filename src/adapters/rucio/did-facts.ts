import * as z from 'zod';
import type { DidDetails, Row } from '../../catalogue/contract.js';
import type { IDidFacts } from '../../catalogue/core/ports.js';
import { DidType, formatDid, type IDid } from '../../common/contract/did.js';
import { RucioError } from './errors.js';
import type { RucioHttp } from './http.js';
import { rucioPath } from './path.js';
import { readRow } from './row.js';
import { isoTime, Known, KnownText } from './wire.js';

type Metadata = DidDetails['metadata'];

const Columns = z
  .object({
    did_type: DidType,
    account: KnownText,
    adler32: KnownText,
    md5: KnownText,
    bytes: Known,
    length: Known,
    is_open: z.boolean().nullish()
  })
  .loose();

const Counted = z.object({ bytes: Known, length: Known });
const AnyObject = z.record(z.string(), z.unknown());

/** The columns of a DID that people set; the others are Rucio's own. */
const SET_BY_PEOPLE = [
  'project',
  'datatype',
  'run_number',
  'stream_name',
  'prod_step',
  'version',
  'campaign',
  'task_id',
  'panda_id',
  'lumiblocknr',
  'provenance',
  'phys_group',
  'guid',
  'events',
  'transient'
];

/** What Rucio knows of one DID. */
export class RucioDidFacts implements IDidFacts {
  constructor(private readonly _http: RucioHttp) {}

  async details(did: IDid, signal: AbortSignal): Promise<DidDetails> {
    const { scope, name } = did;
    const [columns, custom] = await Promise.all([
      this._http.json({ path: rucioPath`/dids/${scope}/${name}/meta`, signal }, Columns),
      this._custom(did, signal)
    ]);
    const collection = columns.did_type !== 'FILE';
    // Rucio writes the size of a collection down when it is closed.
    const unknown = collection && (columns.bytes === null || columns.is_open === true);
    const { bytes, length } = unknown ? await this._count(did, signal) : columns;
    return {
      did: formatDid(did),
      scope,
      name,
      type: columns.did_type,
      bytes,
      length: collection ? length : null,
      account: columns.account,
      adler32: columns.adler32,
      md5: columns.md5,
      open: collection ? (columns.is_open ?? null) : null,
      createdAt: isoTime(columns.created_at),
      updatedAt: isoTime(columns.updated_at),
      expiresAt: isoTime(columns.expired_at),
      metadata: { ...setByPeople(columns), ...custom }
    };
  }

  async parents({ scope, name }: IDid, signal: AbortSignal): Promise<Row[]> {
    const parents: Row[] = [];
    const path = rucioPath`/dids/${scope}/${name}/parents`;
    for await (const rows of this._http.rows({ path, signal }, readRow)) {
      parents.push(...rows);
    }
    return parents;
  }

  private _count({ scope, name }: IDid, signal: AbortSignal): Promise<z.output<typeof Counted>> {
    return this._http.json(
      { path: rucioPath`/dids/${scope}/${name}`, query: { dynamic_depth: 'FILE' }, signal },
      Counted
    );
  }

  /** The JSON plugin's metadata; none where this lake has no such plugin, or its database cannot. */
  private async _custom({ scope, name }: IDid, signal: AbortSignal): Promise<Metadata> {
    const path = rucioPath`/dids/${scope}/${name}/meta`;
    try {
      const found = await this._http.json(
        { path, query: { plugin: 'JSON' }, signal, repeatable: false },
        AnyObject
      );
      return simple(found);
    } catch (error) {
      if (error instanceof RucioError && lacksPlugin(error)) {
        return {};
      }
      throw error;
    }
  }
}

// A database without JSON makes Rucio raise a bare NotImplementedError: status 500, no class, no text.
function lacksPlugin({ status, exceptionClass, detail }: RucioError): boolean {
  return (
    exceptionClass === 'UnsupportedMetadataPlugin' ||
    (status === 500 && exceptionClass === null && detail === undefined)
  );
}

function setByPeople(columns: Readonly<Record<string, unknown>>): Metadata {
  return simple(
    Object.fromEntries(
      SET_BY_PEOPLE.map(key => [key, columns[key]]).filter(([, value]) => value != null)
    ) as Record<string, unknown>
  );
}

/** Values as people can read them: what is nested becomes its JSON text. */
function simple(values: Readonly<Record<string, unknown>>): Metadata {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      value === null || ['string', 'number', 'boolean'].includes(typeof value)
        ? (value as Metadata[string])
        : JSON.stringify(value)
    ])
  );
}
