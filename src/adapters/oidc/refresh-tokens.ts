import * as oidc from 'openid-client';
import type { IRefreshed, IRefreshTokens } from '../../token-renewal/core/ports.js';
import { AnswerLost } from '../../token-renewal/core/ports.js';
import { codesOf, issuerError } from './errors.js';
import type { OidcIssuer } from './issuer.js';

/** With these, no request has left this machine. */
const NEVER_SENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$|CERT_|_CERT|SELF_SIGNED|UNABLE_TO_/;
/** With these, the identity provider says that it has not worked on it (RFC 9110, section 15.6.4; RFC 6585). */
const NOT_WORKED_ON: readonly number[] = [429, 503];

/** Refresh tokens at the identity provider (RFC 6749, section 6). Never with an audience: one that is refused costs the token. */
export class OidcRefreshTokens implements IRefreshTokens {
  constructor(private readonly _issuer: OidcIssuer) {}

  async refresh(refreshToken: string): Promise<IRefreshed> {
    const configuration = await this._issuer.ask(found => Promise.resolve(found));
    try {
      const answer = await oidc.refreshTokenGrant(configuration, refreshToken);
      const next = answer.refresh_token;
      return {
        issued: this._issuer.received(answer),
        refreshToken: next === undefined || next === refreshToken ? null : next
      };
    } catch (cause) {
      const error = issuerError(cause, this._issuer.host);
      if (isCertain(cause)) {
        throw error;
      }
      const { detail, retryAfterSeconds } = error;
      throw new AnswerLost(error.code, error.message, { cause, detail, retryAfterSeconds });
    }
  }

  async isGood(refreshToken: string): Promise<boolean | null> {
    return this._issuer.ask(async configuration => {
      if (configuration.serverMetadata().introspection_endpoint === undefined) {
        return null;
      }
      try {
        const { active } = await oidc.tokenIntrospection(configuration, refreshToken, {
          token_type_hint: 'refresh_token'
        });
        return active;
      } catch (error) {
        // It does not tell this client.
        if (
          error instanceof oidc.ResponseBodyError ||
          error instanceof oidc.WWWAuthenticateChallengeError
        ) {
          return null;
        }
        throw error;
      }
    });
  }

  async revoke(refreshToken: string): Promise<void> {
    await this._issuer.ask(async configuration => {
      if (configuration.serverMetadata().revocation_endpoint !== undefined) {
        await oidc.tokenRevocation(configuration, refreshToken, {
          token_type_hint: 'refresh_token'
        });
      }
    });
  }
}

/** Whether it is known what became of the request. */
function isCertain(error: unknown): boolean {
  if (error instanceof oidc.ResponseBodyError) {
    return true;
  }
  const { cause } = error as { cause?: unknown };
  return cause instanceof Response
    ? NOT_WORKED_ON.includes(cause.status)
    : codesOf(error).some(code => NEVER_SENT.test(code));
}
