import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import { connectionError, errorOf } from './errors.js';

/** Credentials as they are now; asked for again at each sign-in, so that mended ones are seen. */
export type Credentials =
  | { type: 'userpass'; account: string; username: string; password: string; source: string }
  | {
      type: 'oidc';
      account: string | null;
      token: string;
      expiresAt: number | null;
      source: string;
    };

/** Where credentials come from. Throws `not-configured` or `sign-in-refused` with what to do. */
export interface ICredentialSource {
  read(): Promise<Credentials>;
}

interface IHeldToken {
  token: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
  credentials: Credentials;
}

const SPARE_MS = 60_000;
const LIFE_IF_UNSAID_MS = 3_600_000;

/**
 * The token of one instance: taken at the first need, shared by all, taken anew before it ends and
 * after Rucio refused it. A token from a file is read again whenever it is asked for.
 */
export class RucioSession {
  constructor(
    private readonly _authUrl: string,
    private readonly _source: ICredentialSource,
    private readonly _clock: IClock,
    private readonly _deadlineMs: number
  ) {}

  /** A token that is good now. One sign-in is under way at a time. */
  async token(): Promise<string> {
    return (await this.held()).token;
  }

  /** Forgets a token that Rucio has refused; another one taken meanwhile stays. */
  refuse(token: string): void {
    if (this._held?.token === token) {
      this._held = null;
    }
  }

  /** The present token with its end and the credentials that gave it. */
  async held(): Promise<Readonly<IHeldToken>> {
    if (
      this._held?.credentials.type === 'userpass' &&
      this._held.expiresAt - SPARE_MS > this._clock.now()
    ) {
      return this._held;
    }
    this._taking ??= this._take().finally(() => {
      this._taking = null;
    });
    return this._taking;
  }

  private async _take(): Promise<IHeldToken> {
    const credentials = await this._source.read();
    this._held =
      credentials.type === 'oidc' ? this._present(credentials) : await this._signIn(credentials);
    return this._held;
  }

  private _present(credentials: Extract<Credentials, { type: 'oidc' }>): IHeldToken {
    const { token, expiresAt } = credentials;
    if (expiresAt !== null && expiresAt <= this._clock.now()) {
      throw new DataLakeError(
        'sign-in-refused',
        `The token from ${credentials.source} has expired: renew it.`
      );
    }
    return { token, credentials, expiresAt: expiresAt ?? Number.MAX_SAFE_INTEGER };
  }

  private async _signIn(
    credentials: Extract<Credentials, { type: 'userpass' }>
  ): Promise<IHeldToken> {
    const { account, username, password } = credentials;
    let response: Response;
    try {
      response = await fetch(`${this._authUrl}/auth/userpass`, {
        headers: {
          'X-Rucio-Account': account,
          'X-Rucio-Username': username,
          'X-Rucio-Password': password
        },
        redirect: 'manual',
        signal: AbortSignal.timeout(this._deadlineMs)
      });
    } catch (cause) {
      throw connectionError(cause, new URL(this._authUrl).host);
    }
    const token = response.headers.get('X-Rucio-Auth-Token');
    if (response.ok && token !== null) {
      await response.body?.cancel();
      const until = Date.parse(response.headers.get('X-Rucio-Auth-Token-Expires') ?? '');
      return {
        token,
        credentials,
        expiresAt: Number.isNaN(until) ? this._clock.now() + LIFE_IF_UNSAID_MS : until
      };
    }
    const error = await errorOf(response);
    if (response.status === 401) {
      throw new DataLakeError(
        'sign-in-refused',
        `Rucio refuses to sign in ${username} as account ${account}: check the user name, password and account in ${credentials.source}.`,
        { cause: error }
      );
    }
    throw response.ok || response.status < 400
      ? new DataLakeError(
          'rucio-garbled',
          'What answers at the configured address is not Rucio: check c.DataLake.auth_url.'
        )
      : error;
  }

  private _held: IHeldToken | null = null;
  private _taking: Promise<IHeldToken> | null = null;
}
