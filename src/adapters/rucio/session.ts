import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import { untilAborted } from '../../common/core/until-aborted.js';
import { signInByCertificate } from './certificate-sign-in.js';
import type { ICertificateFacts } from './client-certificate.js';
import { connectionError } from './errors.js';
import { tokenIn, type ITaken } from './token-answer.js';

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
    }
  | {
      type: 'x509' | 'x509_proxy';
      /** null: Rucio finds it by the certificate. */
      account: string | null;
      /** PEM, with those that signed it. */
      certificate: string;
      key: string;
      dn: string;
      source: string;
    };

/** Where credentials come from. Throws `not-configured` or `sign-in-refused` with what to do. */
export interface ICredentialSource {
  read(): Promise<Credentials>;
  /** The certificate as it is now, where it is one that signs in; asks nobody. */
  certificate?(): Promise<ICertificateFacts>;
}

interface IHeldToken {
  token: string;
  /** Milliseconds since 1970; null: it does not say. */
  expiresAt: number | null;
  credentials: Credentials;
}

const SPARE_MS = 60_000;

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
      held !== null &&
      held.credentials.type !== 'oidc' &&
      (held.expiresAt ?? Infinity) - SPARE_MS > this._clock.now()
    ) {
      return held;
    }
    this._taking ??= this._take().finally(() => {
      this._taking = null;
    });
    return signal === undefined
      ? this._taking
      : untilAborted(this._taking, signal, reason => connectionError(reason, 'this lake'));
  }

  /** The certificate that signs in, as it is now; null: there is none, or it cannot be read. */
  async certificate(): Promise<ICertificateFacts | null> {
    try {
      return (await this._source.certificate?.()) ?? null;
    } catch (error) {
      if (error instanceof DataLakeError) {
        return null;
      }
      throw error;
    }
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
      // Tokens of others come and go; a window that reads all anew at each of them would gain nothing.
      const end = credentials.type === 'oidc' ? '' : held.expiresAt;
      this._tell(`${held.credentials.account} ${end}`);
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

  private async _signIn(credentials: Exclude<Credentials, { type: 'oidc' }>): Promise<IHeldToken> {
    if (credentials.type === 'userpass') {
      return { ...(await this._byPassword(credentials)), credentials };
    }
    const now = this._clock.now();
    const taken = await signInByCertificate(this._authUrl, credentials, this._deadlineMs, now);
    return { ...taken, credentials: { ...credentials, key: '' } };
  }

  private async _byPassword(
    credentials: Extract<Credentials, { type: 'userpass' }>
  ): Promise<ITaken> {
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
    return tokenIn(
      response,
      this._clock.now(),
      cause =>
        new DataLakeError(
          'sign-in-refused',
          `Rucio refuses to sign in ${username} as account ${account}: check the user name, password and account in ${credentials.source}.`,
          { cause }
        )
    );
  }

  private _held: IHeldToken | null = null;
  private _taking: Promise<IHeldToken> | null = null;
  private _state = '';
  private readonly _listeners = new Set<() => void>();
}
