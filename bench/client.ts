import { Agent, request, type IncomingMessage } from 'node:http';
import type { IServerUnderTest } from './server-under-test.ts';

/** Kept open, as a browser does; many, so that a probe never waits behind another. */
const AGENT = new Agent({ keepAlive: true, maxSockets: 256 });

export interface IAsk {
  method?: 'GET' | 'POST' | 'PUT';
  /** Below the server's base URL, or an absolute URL. */
  path: string;
  body?: object;
  headers?: Record<string, string>;
}

/** Sends a request and answers when the headers of the answer are there. */
export function open(server: IServerUnderTest, ask: IAsk): Promise<IncomingMessage> {
  const { method = 'GET', path, body, headers } = ask;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(path, server.url),
      {
        method,
        agent: AGENT,
        headers: {
          ...server.headers,
          ...headers,
          ...(body ? { 'Content-Type': 'application/json' } : {})
        }
      },
      resolve
    );
    outgoing.on('error', reject);
    outgoing.end(body ? JSON.stringify(body) : undefined);
  });
}

export interface IAnswer {
  status: number;
  text: string;
  bytes: number;
  seconds: number;
}

/** One exchange, with the time to the last byte of the answer. */
export async function exchange(server: IServerUnderTest, ask: IAsk): Promise<IAnswer> {
  const began = performance.now();
  const answer = await open(server, ask);
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const all = Buffer.concat(chunks);
  return {
    status: answer.statusCode ?? 0,
    text: all.toString('utf8'),
    bytes: all.length,
    seconds: secondsSince(began)
  };
}

export interface IStreamTimes {
  status: number;
  rows: number;
  bytes: number;
  firstRowSeconds: number | null;
  lastRowSeconds: number;
}

/**
 * Reads an answer to its end and counts how often `mark` is in it: once a row. It is not parsed, which would
 * take the time of the machine that the servers need.
 */
export async function streamed(
  server: IServerUnderTest,
  ask: IAsk,
  mark: string
): Promise<IStreamTimes> {
  const began = performance.now();
  const answer = await open(server, ask);
  let rows = 0;
  let bytes = 0;
  let firstRowSeconds: number | null = null;
  let tail = Buffer.alloc(0);
  for await (const chunk of answer) {
    const read = Buffer.concat([tail, chunk as Buffer]);
    bytes += (chunk as Buffer).length;
    let from = 0;
    for (let at = read.indexOf(mark); at >= 0; at = read.indexOf(mark, from)) {
      firstRowSeconds ??= secondsSince(began);
      rows++;
      from = at + mark.length;
    }
    tail = read.subarray(Math.max(from, read.length - mark.length + 1));
  }
  return {
    status: answer.statusCode ?? 0,
    rows,
    bytes,
    firstRowSeconds,
    lastRowSeconds: secondsSince(began)
  };
}

export const secondsSince = (began: number): number => (performance.now() - began) / 1000;
