import { DataLakeError } from '../contract/problem.js';

/** Keys that are columns of Rucio's table of DIDs (core/did_meta_plugins/did_column_meta.py), with what they hold: so many characters. */
const TEXT_COLUMNS: Readonly<Record<string, number>> = {
  project: 50,
  datatype: 50,
  stream_name: 70,
  prod_step: 50,
  version: 50,
  campaign: 50,
  provenance: 2,
  phys_group: 25
};
const NUMBER_COLUMNS: ReadonlySet<string> = new Set([
  'events',
  'run_number',
  'task_id',
  'panda_id',
  'lumiblocknr'
]);
/** Of a file's or a collection's own state: Rucio would take some of them, and do something else with them. */
const RESERVED: ReadonlySet<string> = new Set([
  ...['scope', 'name', 'account', 'type', 'did_type', 'is_open', 'open', 'monotonic', 'obsolete'],
  ...['complete', 'availability', 'suppressed', 'bytes', 'length', 'md5', 'adler32', 'is_new'],
  ...['rule_evaluation_action', 'rule_evaluation_required', 'expired_at', 'deleted_at', 'hidden'],
  ...['created_at', 'updated_at', 'created_before', 'created_after', 'lifetime', 'purge_replicas'],
  ...['transient', 'accessed_at', 'closed_at', 'eol_at', 'is_archive', 'constituent', 'access_cnt']
]);
const INTEGER = /^-?\d{1,9}$/;
const GUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const KEY = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** The metadata as Rucio takes it. Throws `bad-request` with a sentence; Rucio's own answer would be a failure of its database. */
export function rucioMetadata(
  metadata: Readonly<Record<string, string>>
): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [key, rucioValue(key, value)])
  );
}

/** Throws `bad-request` for a key that cannot be taken away again. */
export function mustBeRemovable(key: string): void {
  mustBeFree(key);
  if (key === 'guid' || NUMBER_COLUMNS.has(key) || Object.hasOwn(TEXT_COLUMNS, key)) {
    throw new DataLakeError(
      'bad-request',
      `Rucio cannot take the metadata key ${key} away: give it another value.`
    );
  }
}

function rucioValue(key: string, value: string): string | number {
  mustBeFree(key);
  if (Object.hasOwn(TEXT_COLUMNS, key) && value.length > TEXT_COLUMNS[key]) {
    throw new DataLakeError(
      'bad-request',
      `Rucio holds at most ${TEXT_COLUMNS[key]} characters in the metadata key ${key}: take another key, e.g. my_${key}.`
    );
  }
  if (NUMBER_COLUMNS.has(key)) {
    if (!INTEGER.test(value)) {
      throw new DataLakeError(
        'bad-request',
        `Rucio holds a whole number in the metadata key ${key}: take another key, e.g. my_${key}.`
      );
    }
    return Number(value);
  }
  if (key === 'guid' && !GUID.test(value)) {
    throw new DataLakeError(
      'bad-request',
      'A guid has 32 hexadecimal digits, with hyphens or without.'
    );
  }
  return value;
}

function mustBeFree(key: string): void {
  if (!KEY.test(key)) {
    throw new DataLakeError(
      'bad-request',
      'A metadata key has letters, digits, underscores and hyphens, at most 64, and begins with a letter.'
    );
  }
  if (RESERVED.has(key)) {
    throw new DataLakeError(
      'bad-request',
      `Rucio keeps the metadata key ${key} for itself: take another.`
    );
  }
}
