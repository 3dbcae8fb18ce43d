import { parseDid } from '../../common/contract/did.js';
import { DataLakeError } from '../../common/contract/problem.js';

/** What is wrong with a DID as somebody typed it; null: nothing. */
export function didComplaint(text: string): string | null {
  try {
    parseDid(text);
    return null;
  } catch (error) {
    if (error instanceof DataLakeError) {
      return error.message;
    }
    throw error;
  }
}
