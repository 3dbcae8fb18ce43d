import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import * as jose from 'jose';
import { newSecret, writePrivate } from '../private-file.ts';

/** Keys that outlive a restart, so that tokens and cookies do. */
export interface IKeys {
  /** Private, for signing tokens. */
  signing: jose.JWK;
  cookies: string;
}

/** Those in this file; made at the first start. */
export async function keysIn(file: string): Promise<IKeys> {
  if (!existsSync(file)) {
    const { privateKey } = await jose.generateKeyPair('RS256', { extractable: true });
    const jwk = await jose.exportJWK(privateKey);
    const signing = { ...jwk, alg: 'RS256', use: 'sig', kid: randomUUID() };
    writePrivate(file, JSON.stringify({ signing, cookies: newSecret() } satisfies IKeys));
  }
  return JSON.parse(readFileSync(file, 'utf8')) as IKeys;
}

/** What others see of the signing key. */
export function publicPart({ signing }: IKeys): jose.JWK {
  const { kty, n, e, kid, alg, use } = signing;
  return { kty, n, e, kid, alg, use };
}
