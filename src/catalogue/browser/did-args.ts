import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { formatDid, parseDid } from '../../common/contract/did.js';
import { DID_TYPES } from '../../common/contract/did.js';
import type { Row } from '../contract.js';
import type { IDidArgs } from './tokens.js';

/** A row as commands and other slices take it. */
export function didArgs(row: Row, instance?: string): IDidArgs {
  return {
    did: formatDid(row),
    type: row.type,
    ...(instance === undefined ? {} : { instance }),
    ...(row.bytes === null ? {} : { bytes: row.bytes })
  };
}

/** The DID in the arguments of a command; null where there is none, or not one. */
export function readDidArgs(args: ReadonlyPartialJSONObject): IDidArgs | null {
  const { did, type, instance, bytes } = args;
  const known = DID_TYPES.find(one => one === type);
  if (typeof did !== 'string' || known === undefined) {
    return null;
  }
  try {
    parseDid(did);
  } catch {
    return null;
  }
  return {
    did,
    type: known,
    ...(typeof instance === 'string' ? { instance } : {}),
    ...(typeof bytes === 'number' ? { bytes } : {})
  };
}

/** As the arguments of a command. */
export function toJson(args: IDidArgs): ReadonlyPartialJSONObject {
  return { ...args };
}
