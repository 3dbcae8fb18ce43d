import { connect } from 'node:net';
import * as z from 'zod';
import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import { scrub } from '../../common/core/scrub.js';
import type { IIssuedToken, ISubject } from '../../token-renewal/core/ports.js';

const LONGEST_ANSWER = 100_000;
const SPARE_SECONDS = 60;

const Answer = z.object({
  status: z.string(),
  access_token: z.string().optional(),
  expires_at: z.number().optional(),
  error: z.string().optional()
});

/**
 * The access token of an oidc-agent that the user runs (its IPC protocol: one JSON request and one JSON
 * answer over the socket in $OIDC_SOCK). The agent keeps the refresh token.
 */
export class AgentSubject implements ISubject {
  constructor(
    private readonly _socket: string,
    private readonly _issuer: string,
    private readonly _clock: IClock
  ) {}

  async token(signal: AbortSignal, refused?: string): Promise<IIssuedToken> {
    const request = {
      request: 'access_token',
      issuer: this._issuer,
      min_valid_period: refused === undefined ? SPARE_SECONDS : 24 * 3600,
      application_hint: 'jupyterlab-datalake'
    };
    let text: string;
    try {
      text = await ask(this._socket, JSON.stringify(request), signal);
    } catch (cause) {
      throw new DataLakeError(
        'not-signed-in',
        'No oidc-agent answers: start one and load your account (oidc-add).',
        { cause }
      );
    }
    const answer = Answer.safeParse(parsed(text));
    if (!answer.success) {
      throw new DataLakeError('issuer-failed', 'What oidc-agent answers cannot be read.');
    }
    const { access_token: token, expires_at: end, error } = answer.data;
    if (token === undefined || token === refused) {
      throw new DataLakeError(
        'not-signed-in',
        'oidc-agent has no token for this identity provider: load your account (oidc-add).',
        { detail: error === undefined ? undefined : scrub(error) }
      );
    }
    const receivedAt = this._clock.now();
    const expiresAt = end === undefined ? receivedAt + SPARE_SECONDS * 1000 : end * 1000;
    return { token, life: { receivedAt, expiresAt }, issuedAt: null };
  }
}

function ask(path: string, request: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = connect({ path });
    const stop = () => socket.destroy(new Error('It took too long.'));
    signal.addEventListener('abort', stop, { once: true });
    let text = '';
    const finish = () => {
      signal.removeEventListener('abort', stop);
      socket.destroy();
      resolve(text);
    };
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write(request));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.length > LONGEST_ANSWER || parsed(text) !== undefined) {
        finish();
      }
    });
    socket.on('end', finish);
    socket.on('error', error => {
      signal.removeEventListener('abort', stop);
      reject(error);
    });
  });
}

/** undefined: it is not whole, or no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
