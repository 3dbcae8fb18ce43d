import * as oidc from 'openid-client';
import { DataLakeError } from '../../common/contract/problem.js';
import { untilAborted } from '../../common/core/until-aborted.js';
import type { IExchange, IIssuedToken, ITarget } from '../../token-renewal/core/ports.js';
import { tooLate } from './errors.js';
import type { OidcIssuer } from './issuer.js';

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/** Token exchange at the identity provider (RFC 8693). May be repeated. */
export class OidcExchange implements IExchange {
  constructor(private readonly _issuer: OidcIssuer) {}

  async exchange(subject: string, target: ITarget, signal: AbortSignal): Promise<IIssuedToken> {
    const { audience, scope } = target;
    const asked = this._issuer.ask(configuration =>
      oidc.genericGrantRequest(configuration, GRANT, {
        subject_token: subject,
        subject_token_type: ACCESS_TOKEN,
        requested_token_type: ACCESS_TOKEN,
        ...(audience === '' ? {} : { audience }),
        ...(scope === '' ? {} : { scope })
      })
    );
    try {
      return this._issuer.received(
        await untilAborted(asked, signal, cause => tooLate(this._issuer.host, cause))
      );
    } catch (error) {
      throw isAboutSubject(error)
        ? new DataLakeError('sign-in-refused', error.message, {
            cause: error,
            detail: error.detail
          })
        : error;
    }
  }
}

/** RFC 8693, section 2.2.2: a subject token that is not good is an `invalid_request`. */
function isAboutSubject(error: unknown): error is DataLakeError {
  return (
    error instanceof DataLakeError &&
    error.cause instanceof oidc.ResponseBodyError &&
    error.cause.error === 'invalid_request'
  );
}
