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
      subject: string | null;
      source: string;
    };

/** Where credentials come from. Throws `not-configured` or `sign-in-refused` with what to do. */
export interface ICredentialSource {
  read(): Promise<Credentials>;
}

interface IHeldToken {
  token: string;
  /** Milliseconds since 1970; null: it does not say. */
  expiresAt: number | null;
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
  async token(signal?: AbortSignal): Promise<string> {
    return (await this.held(signal)).token;
  }

  /** Forgets a token that Rucio has refused; another one taken meanwhile stays. */
  refuse(token: string): void {
    if (this._held?.token === token) {
      this._held = null;
    }
  }

  /** Forgets the present token. */
  forget(): void {
    this._held = null;
  }

  /** The present token with its end and the credentials that gave it. Only this caller's waiting ends with the signal. */
  async held(signal?: AbortSignal): Promise<Readonly<IHeldToken>> {
    const held = this._held;
    if (
      held?.credentials.type === 'userpass' &&
      (held.expiresAt ?? Infinity) - SPARE_MS > this._clock.now()
    ) {
      return held;
    }
    this._taking ??= this._take().finally(() => {
      this._taking = null;
    });
    return signal === undefined ? this._taking : untilAborted(this._taking, signal);
  }

  /** Tells when another account is signed in, with another end, or none any more. Returns the end of it. */
  onChange(listener: () => void): () => void {
    this._listeners.add(listener);
    return () => this._listeners.delete(listener);
  }

  private async _take(): Promise<IHeldToken> {
    try {
      const credentials = await this._source.read();
      const held =
        credentials.type === 'oidc' ? this._present(credentials) : await this._signIn(credentials);
      this._held = held;
      this._tell(`${held.credentials.account} ${held.expiresAt}`);
      return held;
    } catch (error) {
      this._held = null;
      this._tell(error instanceof DataLakeError ? error.code : 'internal');
      throw error;
    }
  }

  private _tell(state: string): void {
    if (state !== this._state) {
      this._state = state;
      for (const listener of [...this._listeners]) {
        listener();
      }
    }
  }

  private _present(credentials: Extract<Credentials, { type: 'oidc' }>): IHeldToken {
    const { token, expiresAt } = credentials;
    if (expiresAt !== null && expiresAt <= this._clock.now()) {
      throw new DataLakeError(
        'sign-in-refused',
        `The token from ${credentials.source} has expired: renew it.`
      );
    }
    return { token, credentials, expiresAt };
  }

  private async _signIn(
    credentials: Extract<Credentials, { type: 'userpass' }>
  ): Promise<IHeldToken> {
    const { account, username, password } = credentials;
    if (![account, username, password].every(text => /^[\x20-\x7e\xa0-\xff]+$/.test(text))) {
      throw new DataLakeError(
        'sign-in-refused',
        `The user name, password or account in ${credentials.source} is empty or has characters that cannot be sent to Rucio: check them.`
      );
    }
    let response: Response;
    try {
      response = await fetch(`${this._authUrl.replace(/\/+$/, '')}/auth/userpass`, {
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
  private _state = '';
  private readonly _listeners = new Set<() => void>();
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(connectionError(signal.reason, 'this lake'));
    if (signal.aborted) {
      leave();
    }
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
