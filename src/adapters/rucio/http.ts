import * as z from 'zod';
import { DataLakeError, toProblem, type ProblemCode } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import { currentRequestId } from '../../common/server/request-id.js';
import { connectionError, errorOf } from './errors.js';
import { textUpTo } from './body-text.js';
import { gatheredLines } from './gathered-lines.js';
import type { RucioSession } from './session.js';

export interface IRucioRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Made by rucioPath. */
  path: string;
  query?: Readonly<Record<string, string | undefined>>;
  body?: unknown;
  signal: AbortSignal;
  /** May be sent again after a failure; GET is. */
  repeatable?: boolean;
}

/** One request to Rucio, when its answer has begun or has failed to. */
export interface IObserved {
  method: string;
  path: string;
  outcome: 'ok' | ProblemCode;
  milliseconds: number;
}

export interface IRucioHttpOptions {
  rucioUrl: string;
  session: RucioSession;
  clock: IClock;
  /** For a whole answer, for the first line of a stream, and for each further one (or 4 kB of a long one). */
  deadlineMs: number;
  /** Hears of every request, also of those that are sent again. */
  observe?: (observed: IObserved) => void;
}

const TRIES = 3;
const PAUSE_MS = 400;
const LONGEST_WAIT_S = 5;
/** In bytes; the scopes of a large lake are a few million. */
const LONGEST_ANSWER = 64 * 1024 * 1024;
const REDIRECTS = 3;
const Ping = z.object({ version: z.string() });

/** Rucio's REST interface: token, deadline, repetition of what is safe to repeat, and errors of our own kind. */
export class RucioHttp {
  constructor(private readonly _options: IRucioHttpOptions) {
    this._base = new URL(`${_options.rucioUrl.replace(/\/+$/, '')}/`);
  }

  get host(): string {
    return this._base.host;
  }

  /** Rucio's version. Needs no sign-in. */
  async ping(signal: AbortSignal): Promise<string> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(this._options.deadlineMs)]);
    let body: unknown;
    try {
      const response = await fetch(new URL('ping', this._base), {
        redirect: 'manual',
        signal: deadline
      });
      if (!response.ok) {
        throw await errorOf(response);
      }
      body = JSON.parse(await this._whole(response));
    } catch (cause) {
      throw cause instanceof SyntaxError ? this._garbled(cause) : this._connection(cause, deadline);
    }
    const known = Ping.safeParse(body);
    if (!known.success) {
      throw this._garbled(known.error);
    }
    return known.data.version;
  }

  /** The answer, parsed as one JSON document; an empty body is null. */
  async json<T extends z.ZodType>(request: IRucioRequest, schema: T): Promise<z.output<T>> {
    const text = await this.text(request);
    let body: unknown;
    try {
      body = text === '' ? null : JSON.parse(text);
    } catch (cause) {
      throw this._garbled(cause);
    }
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      throw this._garbled(parsed.error);
    }
    return parsed.data;
  }

  /** The answer as it is. */
  async text(request: IRucioRequest): Promise<string> {
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(this._options.deadlineMs)]);
    return this._retried({ ...request, signal }, async timed => {
      const response = await this._observed(timed);
      try {
        return await this._whole(response);
      } catch (cause) {
        throw this._connection(cause, signal, true);
      }
    });
  }

  /** The lines of an NDJSON answer (application/x-json-stream), unparsed, gathered to batches. */
  async *lines(request: IRucioRequest): AsyncGenerator<string[], void, void> {
    const idle = new AbortController();
    const signal = AbortSignal.any([request.signal, idle.signal]);
    const expire = () => idle.abort(new DOMException('no data', 'TimeoutError'));
    let timer = setTimeout(expire, this._options.deadlineMs);
    const startAgain = () => {
      clearTimeout(timer);
      timer = setTimeout(expire, this._options.deadlineMs);
    };
    let started = false;
    try {
      const response = await this._retried({ ...request, signal }, timed => this._observed(timed));
      if (response.headers.get('Content-Type')?.includes('text/html')) {
        throw this._garbled(new TypeError('HTML'));
      }
      if (response.body !== null) {
        started = true;
        startAgain();
        yield* gatheredLines(response.body, {
          progressed: startAgain,
          // The time that our own reader takes is not Rucio's.
          paused: () => clearTimeout(timer),
          endless: () => this._garbled(new TypeError('a line without an end'))
        });
      }
    } catch (cause) {
      throw this._connection(cause, signal, started);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The same, each line parsed. A line that is not what the schema says ends it with `rucio-garbled`. */
  async *items<T extends z.ZodType>(
    request: IRucioRequest,
    schema: T
  ): AsyncGenerator<z.output<T>[], void, void> {
    for await (const lines of this.lines(request)) {
      let batch: z.output<T>[];
      try {
        batch = lines.map(line => schema.parse(JSON.parse(line)));
      } catch (cause) {
        throw this._garbled(cause);
      }
      yield batch;
    }
  }

  /**
   * The same for what comes by the million: each line is read by a function of one's own, which
   * answers null for what it does not know. What came before a bad line is yielded before it throws.
   */
  async *rows<T>(
    request: IRucioRequest,
    read: (value: unknown) => T | null
  ): AsyncGenerator<T[], void, void> {
    for await (const lines of this.lines(request)) {
      const batch: T[] = [];
      let problem: DataLakeError | null = null;
      for (const line of lines) {
        const row = readLine(line, read);
        if (row === null) {
          problem = this._garbled(new TypeError('a line that is no row'));
          break;
        }
        batch.push(row);
      }
      if (batch.length > 0) {
        yield batch;
      }
      if (problem !== null) {
        throw problem;
      }
    }
  }

  private async _retried<T>(
    request: IRucioRequest,
    attempt: (request: IRucioRequest) => Promise<T>
  ): Promise<T> {
    const repeatable = request.repeatable ?? (request.method ?? 'GET') === 'GET';
    for (let tried = 1; ; tried++) {
      try {
        return await attempt(request);
      } catch (error) {
        const wait = pauseAfter(error, tried);
        if (!repeatable || tried === TRIES || wait === null || request.signal.aborted) {
          throw error;
        }
        await this._options.clock.sleep(wait, request.signal).catch(cause => {
          throw this._connection(cause, request.signal);
        });
      }
    }
  }

  private async _observed(request: IRucioRequest): Promise<Response> {
    const { clock, observe } = this._options;
    const started = clock.now();
    const tell = (outcome: IObserved['outcome']) =>
      observe?.({
        method: request.method ?? 'GET',
        path: request.path,
        outcome,
        milliseconds: clock.now() - started
      });
    try {
      const response = await this._signedIn(request);
      tell('ok');
      return response;
    } catch (error) {
      tell(toProblem(error).code);
      throw error;
    }
  }

  private async _signedIn(request: IRucioRequest): Promise<Response> {
    const token = await this._options.session.token(request.signal);
    const response = await this._follow(request, token);
    if (response.ok) {
      return response;
    }
    const error = await errorOf(response);
    // Rucio answers 401 for AccessDenied too; only a refused token is worth another sign-in.
    if (error.code !== 'not-signed-in') {
      throw error;
    }
    this._options.session.refuse(token);
    const again = await this._follow(request, await this._options.session.token(request.signal));
    if (!again.ok) {
      throw await errorOf(again);
    }
    return again;
  }

  /** Follows redirects on the same origin only: fetch would send the token on to another. */
  private async _follow(request: IRucioRequest, token: string): Promise<Response> {
    const { method = 'GET', query = {}, body, signal } = request;
    const requestId = currentRequestId();
    let url = new URL(request.path.replace(/^\/+/, ''), this._base);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) {
        url.searchParams.set(name, value);
      }
    }
    for (let hop = 0; hop <= REDIRECTS; hop++) {
      let response: Response;
      try {
        response = await fetch(url, {
          method,
          headers: {
            'X-Rucio-Auth-Token': token,
            'X-Rucio-Script': 'jupyterlab-datalake',
            ...(requestId === undefined ? {} : { 'X-Request-Id': requestId }),
            ...(body === undefined ? {} : { 'Content-Type': 'application/json' })
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          redirect: 'manual',
          signal
        });
      } catch (cause) {
        throw this._connection(cause, signal);
      }
      if (response.status < 300 || response.status >= 400) {
        return response;
      }
      await response.body?.cancel();
      const next = URL.parse(response.headers.get('Location') ?? '', url.href);
      if (method !== 'GET' || next === null || next.origin !== this._base.origin) {
        throw new DataLakeError(
          'rucio-garbled',
          `Rucio at ${this.host} sends us on to another address, which we do not follow: check c.DataLake.rucio_url.`
        );
      }
      url = next;
    }
    throw new DataLakeError('rucio-garbled', `Rucio at ${this.host} sends us in circles.`);
  }

  private async _whole(response: Response): Promise<string> {
    const { text, isAll } = await textUpTo(response, LONGEST_ANSWER);
    if (!isAll) {
      throw this._garbled(new TypeError('an answer without an end'));
    }
    return text;
  }

  private _garbled(cause: unknown): DataLakeError {
    return new DataLakeError(
      'rucio-garbled',
      `What came from ${this.host} is not what Rucio answers: check c.DataLake.rucio_url, or a proxy in between.`,
      { cause }
    );
  }

  private _connection(cause: unknown, signal: AbortSignal, started = false): DataLakeError {
    return cause instanceof DataLakeError
      ? cause
      : connectionError(signal.aborted ? signal.reason : cause, this.host, started);
  }

  private readonly _base: URL;
}

function readLine<T>(line: string, read: (value: unknown) => T | null): T | null {
  try {
    return read(JSON.parse(line));
  } catch {
    return null;
  }
}

/** How long to wait before the next try, in milliseconds; null: there is no sense in one. */
function pauseAfter(error: unknown, tried: number): number | null {
  if (!(error instanceof DataLakeError)) {
    return null;
  }
  if (error.code === 'rucio-busy') {
    const wait = error.retryAfterSeconds ?? 1;
    return wait <= LONGEST_WAIT_S ? wait * 1000 : null;
  }
  return error.code === 'rucio-unreachable' || error.code === 'rucio-failed'
    ? PAUSE_MS * 2 ** (tried - 1)
    : null;
}
