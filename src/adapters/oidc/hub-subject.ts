import * as z from 'zod';
import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import { untilAborted } from '../../common/core/until-aborted.js';
import { claimsOf } from '../../common/server/jwt.js';
import type { IIssuedToken, ISubject } from '../../token-renewal/core/ports.js';

export interface IHubSettings {
  /** JUPYTERHUB_API_URL. */
  apiUrl: string;
  user: string;
  /** The token of this user's own server. */
  token: string;
  /** Where in auth_state the access token is, e.g. `access_token` or `exchanged_tokens/rucio`. */
  path: string;
}

/** What is left must do for an exchange on its way. */
const SPARE_MS = 5000;
/** A token that does not say when it ends is read again after this. */
const UNSAID_MS = 300_000;

/** The hub looks after its token at its own pace, however often it is asked. */
const PAUSE_SECONDS = 10;
/** Nor is it asked more often than this when a token of ours is about to end. */
const LEAST_PAUSE_MS = 2000;

const User = z.object({ auth_state: z.record(z.string(), z.unknown()).nullish() });

/**
 * The access token that JupyterHub keeps for its user (`GET /users/{name}`; `/user` never has it). The
 * hub takes a new one when the old one has ended and somebody asks; its refresh token is its own: a second
 * one who uses it ends the hub's sign-in.
 */
export class HubSubject implements ISubject {
  constructor(
    private readonly _hub: IHubSettings,
    private readonly _clock: IClock
  ) {}

  async token(signal: AbortSignal, refused?: string): Promise<IIssuedToken> {
    const held = this._held;
    if (held !== null && held.token !== refused && this._lasts(held)) {
      return held;
    }
    const elapsed = this._clock.elapsed();
    if (this._ended !== null && elapsed - this._ended.at < LEAST_PAUSE_MS) {
      throw this._ended.error;
    }
    const read = await this._readOnce(signal);
    if (read.token === refused || !this._lasts(read)) {
      const error = new DataLakeError(
        'issuer-failed',
        'The token that JupyterHub hands over has ended: it is asked again. If it stays so, sign in to JupyterHub again.',
        { retryAfterSeconds: PAUSE_SECONDS }
      );
      this._ended = { at: elapsed, error };
      throw error;
    }
    this._held = read;
    this._ended = null;
    return read;
  }

  /** Several questions at once would make the hub use its refresh token several times, which ends its sign-in. */
  private _readOnce(signal: AbortSignal): Promise<IIssuedToken> {
    this._reading ??= this._read(signal).finally(() => {
      this._reading = null;
    });
    return untilAborted(this._reading, signal, silent);
  }

  private _lasts({ life }: IIssuedToken): boolean {
    const whole = life.expiresAt - life.receivedAt;
    return life.expiresAt - Math.min(SPARE_MS, whole / 10) > this._clock.now();
  }

  private async _read(signal: AbortSignal): Promise<IIssuedToken> {
    const { apiUrl, user, token, path } = this._hub;
    const url = `${apiUrl.replace(/\/+$/, '')}/users/${encodeURIComponent(user)}`;
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(url, {
        headers: { Authorization: `token ${token}` },
        redirect: 'error',
        signal
      });
      body = response.ok ? await response.json() : null;
    } catch (cause) {
      throw silent(cause);
    }
    if (!response.ok) {
      throw refusal(response.status);
    }
    const { auth_state: state } = User.catch({ auth_state: null }).parse(body);
    if (state === undefined || state === null) {
      throw new DataLakeError(
        'not-configured',
        'JupyterHub keeps no tokens, or does not show them to this server: it needs c.Authenticator.enable_auth_state and the scope admin:auth_state!user (docs/tokens.md).'
      );
    }
    const found = path
      .split('/')
      .reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), state);
    if (typeof found !== 'string' || found === '') {
      throw new DataLakeError(
        'not-configured',
        `There is no token at ${path} in JupyterHub's auth_state: set c.DataLake.hub_token_path.`
      );
    }
    return this._dated(found, response.headers.get('Date'));
  }

  /** By the hub's clock rather than ours, which may be off. */
  private _dated(token: string, date: string | null): IIssuedToken {
    const receivedAt = this._clock.now();
    const { expiresAt } = claimsOf(token);
    const hubTime = Date.parse(date ?? '');
    const left = (expiresAt ?? 0) - (Number.isNaN(hubTime) ? receivedAt : hubTime);
    const life = { receivedAt, expiresAt: receivedAt + (expiresAt === null ? UNSAID_MS : left) };
    return { token, life, issuedAt: null };
  }

  private _held: IIssuedToken | null = null;
  /** That the hub handed over a token that had ended, and when. */
  private _ended: { at: number; error: DataLakeError } | null = null;
  private _reading: Promise<IIssuedToken> | null = null;
}

const silent = (cause: unknown): DataLakeError =>
  new DataLakeError('issuer-unreachable', 'JupyterHub does not answer; it is asked again.', {
    cause
  });

function refusal(status: number): DataLakeError {
  if (status === 401 || status === 403 || status === 404) {
    return new DataLakeError(
      'not-configured',
      `JupyterHub does not let this server read its own user (status ${status}): it needs the scopes read:users!user and admin:auth_state!user (docs/tokens.md).`
    );
  }
  return new DataLakeError(
    'issuer-failed',
    `JupyterHub has trouble (status ${status}); it is asked again.`
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
