import { readFile } from 'node:fs/promises';
import { DataLakeError } from '../../common/contract/problem.js';
import { codeOf } from './source-file.js';

/**
 * The token in a file, as whoever renews it has written it last; null: there is no such file, or nothing in it. Takes
 * a token alone and what EOS reads (oauth2:TOKEN:...).
 */
export async function tokenIn(path: string): Promise<string | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') {
      return null;
    }
    throw new DataLakeError('token-file', `The token for stores in ${path} cannot be read.`, {
      cause,
      detail: codeOf(cause)
    });
  }
  const token = text.trim().replace(/^oauth2:([^:]*).*$/s, '$1');
  if (/[^!-~]/.test(token)) {
    throw new DataLakeError('token-file', `What is in ${path} is not a token.`);
  }
  return token === '' ? null : token;
}

/** Where others look for a token, in their order (WLCG bearer token discovery). */
export function usualTokenFiles(
  environment: Readonly<Record<string, string | undefined>>,
  uid: number
): string[] {
  const { BEARER_TOKEN_FILE, XDG_RUNTIME_DIR } = environment;
  return [
    BEARER_TOKEN_FILE ?? '',
    XDG_RUNTIME_DIR === undefined ? '' : `${XDG_RUNTIME_DIR}/bt_u${uid}`,
    `/tmp/bt_u${uid}`
  ].filter(path => path.startsWith('/'));
}
