import * as oidc from 'openid-client';
import { DataLakeError } from '../../common/contract/problem.js';
import type {
  IAuthorization,
  IAuthorizationRequest,
  IDeviceRequest,
  IRefreshed
} from '../../token-renewal/core/ports.js';
import type { OidcIssuer } from './issuer.js';

/** Signing in at the identity provider: authorization code with PKCE, and device flow. */
export class OidcAuthorization implements IAuthorization {
  constructor(
    private readonly _issuer: OidcIssuer,
    private readonly _scope: string
  ) {}

  request(redirectUri: string): Promise<IAuthorizationRequest> {
    return this._issuer.ask(async configuration => {
      const state = oidc.randomState();
      const nonce = oidc.randomNonce();
      const verifier = oidc.randomPKCECodeVerifier();
      const url = oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: this._scope,
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        // A refresh token is given only where the person is asked (OpenID Connect Core, section 11).
        ...(this._scope.split(' ').includes('offline_access') ? { prompt: 'consent' } : {})
      });
      return { url: url.href, state, nonce, verifier, redirectUri };
    });
  }

  redeem(request: IAuthorizationRequest, answer: string): Promise<IRefreshed> {
    const { state, nonce, verifier, redirectUri } = request;
    const back = new URL(redirectUri);
    back.search = answer;
    const refusal = back.searchParams.get('error');
    if (refusal !== null) {
      return Promise.reject(
        new DataLakeError(
          refusal === 'access_denied' ? 'cancelled' : 'sign-in-refused',
          refusal === 'access_denied'
            ? 'The sign-in was cancelled.'
            : `The identity provider ${this._issuer.host} refuses the sign-in: ask your administrator.`,
          { detail: /^[\w-]{1,60}$/.test(refusal) ? refusal : undefined }
        )
      );
    }
    return this._issuer.ask(async configuration =>
      this._signedIn(
        await oidc.authorizationCodeGrant(configuration, back, {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true
        })
      )
    );
  }

  device(): Promise<IDeviceRequest> {
    return this._issuer.ask(async configuration => {
      const begun = await oidc.initiateDeviceAuthorization(configuration, { scope: this._scope });
      return {
        userCode: begun.user_code,
        url: begun.verification_uri,
        completeUrl: begun.verification_uri_complete ?? null,
        expiresAt: this._issuer.now() + begun.expires_in * 1000,
        wait: signal =>
          this._issuer.ask(async () =>
            this._signedIn(
              await oidc.pollDeviceAuthorizationGrant(configuration, begun, undefined, { signal })
            )
          )
      };
    });
  }

  private _signedIn(
    answer: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers
  ): IRefreshed {
    return {
      issued: this._issuer.received(answer),
      refreshToken: answer.refresh_token ?? null
    };
  }
}
