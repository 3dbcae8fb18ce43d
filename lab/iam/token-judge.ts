import * as jose from 'jose';
import { publicPart, type IKeys } from './keys.ts';
import type { Store } from './store.ts';

const REVOKED = 'RevokedAccessToken';

/**
 * Says of an access token whether it is ours and still good. oidc-provider leaves that to those who use signed
 * tokens; other identity providers do it, and EOS and JupyterHub depend on it.
 */
export class TokenJudge {
  constructor(issuer: string, keys: IKeys, store: Store) {
    this._issuer = issuer;
    this._keys = jose.createLocalJWKSet({ keys: [publicPart(keys)] });
    this._store = store;
  }

  static isSigned(token: string): boolean {
    return token.split('.').length === 3;
  }

  /** Its claims; throws an error whose message says what is wrong with it. */
  async claimsOf(token: string): Promise<jose.JWTPayload> {
    const { payload } = await jose.jwtVerify(token, this._keys, {
      issuer: this._issuer,
      typ: 'at+jwt',
      currentDate: new Date(Date.now())
    });
    if (this._store.get(REVOKED, String(payload.jti))) throw new Error('it was revoked');
    return payload;
  }

  revoke(claims: jose.JWTPayload): void {
    const rest = (claims.exp ?? 0) - Date.now() / 1000;
    this._store.put(REVOKED, String(claims.jti), {}, Math.max(rest, 1));
  }

  private readonly _issuer: string;
  private readonly _keys: ReturnType<typeof jose.createLocalJWKSet>;
  private readonly _store: Store;
}
