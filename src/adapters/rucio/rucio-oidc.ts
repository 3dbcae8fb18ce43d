import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import { claimsOf } from '../../common/server/jwt.js';
import type {
  IAuthorization,
  IAuthorizationRequest,
  IDeviceRequest,
  IIssuedToken,
  IRefreshed,
  IRefreshTokens
} from '../../token-renewal/core/ports.js';
import { textUpTo } from './body-text.js';
import { connectionError, errorOf } from './errors.js';

export interface IRucioOidcSettings {
  rucioUrl: string;
  authUrl: string;
  /** '': Rucio takes the one of the identity. */
  account: string;
  scope: string;
  /** '': Rucio's own choice. */
  audience: string;
  /** For how many hours Rucio may renew; '': Rucio's own choice. */
  refreshLifetime: string;
}

/** As long as Rucio remembers a sign-in that was begun. */
const BEGUN_MS = 300_000;
const POLL_MS = 3000;
/** In bytes. */
const LONGEST_TRACE = 65_536;
const LIFE_IF_UNSAID_MS = 3_600_000;

/**
 * Signing in where Rucio is the identity provider's client: a person goes to a link of Rucio's, Rucio gets
 * the tokens, gives us the access token when we ask for it, and keeps the refresh token. What it takes for a
 * new access token is the present one, so that stands where a refresh token would.
 */
export class RucioOidc implements IAuthorization, IRefreshTokens {
  constructor(
    private readonly _settings: IRucioOidcSettings,
    private readonly _clock: IClock,
    private readonly _deadlineMs: number
  ) {
    this._auth = new URL(`${_settings.authUrl.replace(/\/+$/, '')}/auth/`);
  }

  get host(): string {
    return this._auth.host;
  }

  request(): Promise<IAuthorizationRequest> {
    return Promise.reject(byLink());
  }

  redeem(): Promise<IRefreshed> {
    return Promise.reject(byLink());
  }

  async device(): Promise<IDeviceRequest> {
    const { account, scope, audience, refreshLifetime } = this._settings;
    const headers = {
      ...(account === '' ? {} : { 'X-Rucio-Account': account }),
      'X-Rucio-Client-Authorize-Auto': 'False',
      'X-Rucio-Client-Authorize-Polling': 'True',
      'X-Rucio-Client-Authorize-Scope': scope,
      ...(audience === '' ? {} : { 'X-Rucio-Client-Authorize-Audience': audience }),
      ...(refreshLifetime === ''
        ? {}
        : { 'X-Rucio-Client-Authorize-Refresh-Lifetime': refreshLifetime })
    };
    const expiresAt = this._clock.now() + BEGUN_MS;
    const response = await this._ask(new URL('oidc', this._auth), headers);
    if (!response.ok) {
      const cause = await errorOf(response);
      throw response.status === 401
        ? new DataLakeError(
            'sign-in-refused',
            `Rucio at ${this.host} gives no link for a sign-in${account === '' ? '' : ` as account ${account}`}: check the account and c.DataLake.oidc_scope, or ask your administrator.`,
            { cause }
          )
        : cause;
    }
    await response.body?.cancel();
    const url = this._linkIn(response.headers.get('X-Rucio-OIDC-Auth-URL') ?? '');
    return {
      userCode: null,
      url: url.href,
      completeUrl: null,
      expiresAt,
      wait: signal => this._wait(url, expiresAt, signal)
    };
  }

  async refresh(present: string): Promise<IRefreshed> {
    const { account } = this._settings;
    const response = await this._ask(new URL('oidc_refresh', this._auth), {
      'X-Rucio-Account': account === '' ? await this._accountOf(present) : account,
      'X-Rucio-Auth-Token': present
    });
    if (!response.ok) {
      throw await this._notRenewed(response);
    }
    await response.body?.cancel();
    const token = response.headers.get('X-Rucio-Auth-Token') ?? '';
    if (!isToken(token)) {
      throw this._ended();
    }
    // One that is younger than five minutes comes back as it is.
    return { issued: this._issued(token), refreshToken: token };
  }

  /** Rucio does not tell, but to ask it twice does no harm. */
  isGood(): Promise<boolean | null> {
    return Promise.resolve(true);
  }

  /** Rucio lets nobody give a token back: it ends by itself. */
  async revoke(): Promise<void> {}

  private async _wait(url: URL, expiresAt: number, signal: AbortSignal): Promise<IRefreshed> {
    while (this._clock.now() + POLL_MS < expiresAt) {
      await this._clock.sleep(POLL_MS, signal);
      const token = await this._fetched(url, signal);
      if (token !== null) {
        return { issued: this._issued(token), refreshToken: token };
      }
    }
    throw new DataLakeError(
      'not-signed-in',
      'Nobody has signed in by that link within five minutes, or Rucio has not taken the sign-in: begin again.'
    );
  }

  /** null: not yet. Rucio says so by 401; what fails may go better the next time. */
  private async _fetched(url: URL, signal: AbortSignal): Promise<string | null> {
    let response: Response;
    try {
      response = await this._ask(url, { 'X-Rucio-Client-Fetch-Token': 'True' }, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DataLakeError) {
        return null;
      }
      throw error;
    }
    await response.body?.cancel();
    const token = response.headers.get('X-Rucio-Auth-Token') ?? '';
    return response.ok && isToken(token) ? token : null;
  }

  /** A person is sent there, and a token is taken from there. */
  private _linkIn(text: string): URL {
    const url = URL.parse(text);
    if (url === null || (url.protocol !== 'https:' && url.origin !== this._auth.origin)) {
      throw new DataLakeError(
        'rucio-garbled',
        `What Rucio at ${this.host} gives as a link for the sign-in is none by https: ask your administrator.`
      );
    }
    return url;
  }

  /** Rucio answers with a redirection to the account. */
  private async _accountOf(token: string): Promise<string> {
    const whoami = new URL(`${this._settings.rucioUrl.replace(/\/+$/, '')}/accounts/whoami`);
    const response = await this._ask(whoami, { 'X-Rucio-Auth-Token': token });
    if (response.status === 401) {
      throw this._ended(await errorOf(response));
    }
    const location = response.headers.get('Location');
    const account =
      URL.parse(location ?? '', whoami.href)
        ?.pathname.split('/')
        .at(-1) ?? '';
    if (location === null || account === '') {
      throw await errorOf(response);
    }
    await response.body?.cancel();
    return decodeURIComponent(account);
  }

  /** What the identity provider has told Rucio is in the trace that Rucio answers. */
  private async _notRenewed(response: Response): Promise<DataLakeError> {
    const { status, headers } = response;
    const { text } = await textUpTo(response, LONGEST_TRACE);
    const error = await errorOf(new Response(text, { status, headers }));
    if (status === 401 || /\binvalid_grant\b/.test(text)) {
      return this._ended(error);
    }
    return error.exceptionClass === 'CannotAuthorize'
      ? new DataLakeError(
          'issuer-failed',
          `Rucio at ${this.host} could not get a new token from the identity provider; it is asked again by itself.`,
          { cause: error }
        )
      : error;
  }

  private _ended(cause?: DataLakeError): DataLakeError {
    return new DataLakeError(
      'sign-in-refused',
      `Rucio at ${this.host} renews this sign-in no longer: sign in again.`,
      { cause }
    );
  }

  private async _ask(
    url: URL,
    headers: Record<string, string>,
    signal?: AbortSignal
  ): Promise<Response> {
    const deadline = AbortSignal.timeout(this._deadlineMs);
    try {
      return await fetch(url, {
        headers,
        redirect: 'manual',
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline])
      });
    } catch (cause) {
      throw connectionError(cause, url.host);
    }
  }

  /** It may be older than its arrival: the earlier of both ends counts. */
  private _issued(token: string): IIssuedToken {
    const receivedAt = this._clock.now();
    const { issuedAt, expiresAt } = claimsOf(token);
    const end = expiresAt ?? receivedAt + LIFE_IF_UNSAID_MS;
    const lived = issuedAt === null ? end : receivedAt + (end - issuedAt);
    return { token, life: { receivedAt, expiresAt: Math.min(end, lived) }, issuedAt: null };
  }

  private readonly _auth: URL;
}

const isToken = (text: string) => /^[\w.+/=~-]+$/.test(text);

function byLink(): DataLakeError {
  return new DataLakeError(
    'conflict',
    'Here one signs in by a link of Rucio’s: begin with that, as with a code.'
  );
}
