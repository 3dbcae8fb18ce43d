import { Agent } from 'node:https';
import { DataLakeError } from '../../common/contract/problem.js';
import type { IChecksums, IPutOptions, ISource, IStored } from '../../upload/core/ports.js';
import { Few } from './few.js';
import type { IWebPlace } from './mover.js';
import { SMALL, smallBody, streamedBody, type IFileBody } from './web-body.js';
import { adler32In } from './web-digest.js';
import { answerError, noAnswerError } from './web-errors.js';
import { exchange, NoAnswer, type IAnswer } from './web-exchange.js';
import { judgeLocation, type IEndpoint } from './web-location.js';

const ANSWER_MS = 60_000;
/** How fast a store at least reads and writes its own disk. */
const BYTES_PER_MS = 50_000;
const MOST_HOPS = 5;
const TRIES_FOR_DIGEST = 3;
/** XRootD computes so many by default, and lets all others wait for a minute. */
const DIGESTS_AT_ONCE = 2;

interface IAsk {
  method: string;
  /** Other than the place's own. */
  path?: string;
  headers?: Readonly<Record<string, string>>;
  body?: IFileBody;
  bytes: number;
}

/** Speaks WebDAV to stores. One of it for each thread: its connections are shared by all that it does. */
export class WebMover {
  async put(
    source: ISource,
    place: IWebPlace,
    options: IPutOptions,
    signal: AbortSignal
  ): Promise<IChecksums> {
    return this._guarded(signal, async () => {
      const small = source.bytes <= SMALL;
      if (small) {
        await options.pace?.take(source.bytes, signal);
      }
      const body = small ? await smallBody(source, options) : streamedBody(source, options, signal);
      const ask = { method: 'PUT', body, bytes: source.bytes };
      let answer = await this._ask(place, ask, signal);
      if (answer.status === 404 || answer.status === 409) {
        await this._makeFolder(place, parentOf(place.path), signal);
        answer = await this._ask(place, ask, signal);
      }
      if (answer.status < 200 || answer.status > 299) {
        throw answerError(answer, place.host);
      }
      signal.throwIfAborted();
      return body.sums();
    });
  }

  async look(place: IWebPlace, bytes: number, signal: AbortSignal): Promise<IStored | null> {
    return this._guarded(signal, async () => {
      let answer = await this._withDigest(place, bytes, signal);
      if (answer.status === 400 || answer.status === 405 || answer.status === 500) {
        // It may be the checksum alone that it cannot give.
        answer = await this._ask(place, { method: 'HEAD', bytes: 0 }, signal);
      }
      if (answer.status === 404) {
        return null;
      }
      if (answer.status !== 200) {
        throw answerError(answer, place.host);
      }
      const size = Number(answer.headers['content-length'] ?? NaN);
      return {
        bytes: Number.isFinite(size) ? size : await this._size(place, signal),
        adler32: adler32In(answer.headers)
      };
    });
  }

  async remove(place: IWebPlace, signal: AbortSignal): Promise<void> {
    return this._guarded(signal, async () => {
      const answer = await this._ask(place, { method: 'DELETE', bytes: 0 }, signal);
      if (answer.status !== 404 && (answer.status < 200 || answer.status > 299)) {
        throw answerError(answer, place.host);
      }
    });
  }

  dispose(): void {
    this._agents.forEach(agent => agent.destroy());
    this._agents.clear();
  }

  /** XRootD 5.5 leaves out a checksum now and then that it gives when it is asked again. */
  private async _withDigest(
    place: IWebPlace,
    bytes: number,
    signal: AbortSignal
  ): Promise<IAnswer> {
    const endpoint = `${place.host}:${place.port}`;
    const ask = { method: 'HEAD', headers: { 'Want-Digest': 'adler32' }, bytes };
    for (let tries = 1; ; tries++) {
      const answer = await this._digests(place).use(() => this._ask(place, ask, signal), signal);
      if (adler32In(answer.headers) !== null) {
        this._digesting.add(endpoint);
        return answer;
      }
      if (answer.status === 404 || !this._digesting.has(endpoint) || tries === TRIES_FOR_DIGEST) {
        return answer;
      }
    }
  }

  /** Asks, and goes where it is sent on to. */
  private async _ask(place: IWebPlace, ask: IAsk, signal: AbortSignal): Promise<IAnswer> {
    const path = ask.path ?? place.path;
    let at: IEndpoint = { host: place.host, port: place.port, query: '' };
    let waits = true;
    for (let hop = 0; hop <= MOST_HOPS; hop++) {
      const answer = await this._fresh(place, ask, path, at, waits, signal);
      const { location } = answer.headers;
      if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) {
        return answer;
      }
      this._direct.delete(`${at.host}:${at.port}`);
      const next = judgeLocation(location, path, place);
      if (next !== 'insecure') {
        at = next;
      } else if (ask.body !== undefined && waits) {
        // A door that sends on without TLS takes the file itself from who does not wait (dCache).
        waits = false;
      } else {
        throw new DataLakeError(
          'store-refused',
          `The store ${place.host} sends on without TLS: nothing is sent there. Its administrator can change that.`
        );
      }
    }
    throw new DataLakeError('store-failed', `The store ${place.host} sends on in a circle.`);
  }

  /** Asks again, once, where the connection was an old one that the server had left. */
  private async _fresh(
    ...[place, ask, path, at, waits, signal]: [
      IWebPlace,
      IAsk,
      string,
      IEndpoint,
      boolean,
      AbortSignal
    ]
  ): Promise<IAnswer> {
    for (let again = true; ; again = false) {
      try {
        return await this._once(place, ask, path, at, waits, signal);
      } catch (error) {
        if (!(error instanceof NoAnswer)) {
          throw error;
        }
        if (!error.stale || !again) {
          throw noAnswerError(error, at.host);
        }
      }
    }
  }

  private async _once(
    ...[place, { method, headers, body, bytes }, path, at, waits, signal]: [
      IWebPlace,
      IAsk,
      string,
      IEndpoint,
      boolean,
      AbortSignal
    ]
  ): Promise<IAnswer> {
    const endpoint = `${at.host}:${at.port}`;
    // XRootD before 5.7 waits for ever for the first byte of a file that has none.
    const expects =
      body !== undefined && bytes > 0 && waits && !(bytes <= SMALL && this._direct.has(endpoint));
    const answer = await exchange({
      ...{ host: at.host, port: at.port, method, signal },
      agent: this._agent(endpoint),
      path: `${escaped(path)}${at.query}`,
      headers: {
        ...headers,
        ...(place.token === null ? {} : { Authorization: `Bearer ${place.token}` }),
        ...(body === undefined ? {} : { 'Content-Length': String(bytes) }),
        ...(expects ? { Expect: '100-continue' } : {})
      },
      body: body === undefined ? null : write => (bytes === 0 ? nothing() : body.send(write)),
      answerMs: ANSWER_MS + bytes / BYTES_PER_MS
    });
    if (body !== undefined && answer.status < 300) {
      this._direct.add(endpoint);
    }
    return answer;
  }

  private async _makeFolder(place: IWebPlace, path: string, signal: AbortSignal): Promise<void> {
    const make = () => this._ask(place, { method: 'MKCOL', path, bytes: 0 }, signal);
    let answer = await make();
    if ((answer.status === 404 || answer.status === 409) && parentOf(path) !== '/') {
      await this._makeFolder(place, parentOf(path), signal);
      answer = await make();
    }
    // 405: it is there.
    if (answer.status > 299 && answer.status !== 405) {
      throw answerError(answer, place.host);
    }
  }

  private async _size(place: IWebPlace, signal: AbortSignal): Promise<number> {
    const headers = { Depth: '0' };
    const answer = await this._ask(place, { method: 'PROPFIND', headers, bytes: 0 }, signal);
    const match = /<(?:\w+:)?getcontentlength[^>]*>\s*(\d+)\s*</i.exec(answer.text);
    if (match === null) {
      throw answerError(answer, place.host);
    }
    return Number(match[1]);
  }

  private async _guarded<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw signal.aborted
        ? new DataLakeError('cancelled', 'Cancelled.', { cause: signal.reason })
        : error;
    }
  }

  private _agent(endpoint: string): Agent {
    const known = this._agents.get(endpoint);
    if (known !== undefined) {
      return known;
    }
    // Servers leave a silent connection after some ten seconds.
    const agent = new Agent({ keepAlive: true, scheduling: 'lifo', timeout: 8000 });
    this._agents.set(endpoint, agent);
    return agent;
  }

  private _digests({ host, port }: IWebPlace): Few {
    const endpoint = `${host}:${port}`;
    const few = this._few.get(endpoint) ?? new Few(DIGESTS_AT_ONCE);
    this._few.set(endpoint, few);
    return few;
  }

  private readonly _agents = new Map<string, Agent>();
  private readonly _few = new Map<string, Few>();
  /** Endpoints that have said a digest. */
  private readonly _digesting = new Set<string>();
  /** Endpoints that have taken a file themselves: they are not asked first for a small one. */
  private readonly _direct = new Set<string>();
}

const nothing = () => Promise.resolve();
const escaped = (path: string) => path.split('/').map(encodeURIComponent).join('/');
const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/')) || '/';
