import { DataLakeError, type ProblemCode } from '../../common/contract/problem.js';
import { scrub } from '../../common/core/scrub.js';
import { byWords } from './words-of-stores.js';

/** By kXR number (XProtocol.hh). */
const BY_NUMBER: Readonly<Record<number, readonly [ProblemCode, string]>> = {
  3002: ['name-refused', 'The name is too long for the store.'],
  3003: ['store-busy', 'Somebody else writes this file at the store just now.'],
  3009: ['store-full', 'The store is full.'],
  3010: ['store-refused', 'The store does not allow that.'],
  3016: ['conflict', 'At the store there is a folder of this name.'],
  3018: ['conflict', 'The store says that this is in conflict with what is there.'],
  3021: ['store-full', 'The quota at the store does not suffice.'],
  3024: ['store-busy', 'The store is overloaded.'],
  3025: ['store-refused', 'The store can only be read.'],
  3030: ['store-refused', 'The store does not accept the sign-in: sign in again.']
};

/** By class of rucio.common.exception. */
const BY_CLASS: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  ServiceUnavailable: ['store-unreachable', 'The store cannot be reached.'],
  DestinationNotAccessible: ['store-refused', 'The store does not allow that.'],
  RSEAccessDenied: ['store-refused', 'The store does not allow that.'],
  ResourceTemporaryUnavailable: ['store-busy', 'The store is busy.'],
  CannotAuthenticate: ['store-refused', "Rucio's client is not signed in: check its rucio.cfg."],
  RSEProtocolNotSupported: ['store-failed', "Rucio's client does not know this scheme."]
};

/** By exit status of XRootD's programs (XrdClStatus.hh). */
const BY_EXIT: Readonly<Record<number, readonly [ProblemCode, string]>> = {
  51: ['store-unreachable', 'The store cannot be reached.'],
  52: ['store-refused', 'The store does not accept the sign-in: sign in again.']
};

/** The error that a failure of XRootD's or Rucio's client stands for; `number` 0: none was told. */
export function clientError(exit: number, number: number, text: string): DataLakeError {
  const words = scrub(text.replace(/^\[(?:ERROR|FATAL)\] /, ''));
  // By which Rucio's client says what happened.
  const byClass = /^(\w+): /.exec(words)?.[1] ?? '';
  const kxr = number || Number(/\[(3\d{3})\]/.exec(text)?.[1] ?? 0);
  const [code, sentence] = BY_NUMBER[kxr] ??
    byWords(words) ??
    BY_CLASS[byClass] ??
    BY_EXIT[exit] ?? ['store-failed', 'The store failed.'];
  return new DataLakeError(code, sentence, { detail: words });
}
