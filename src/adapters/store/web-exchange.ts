import { request, type Agent } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';

/** Writes a piece to the connection; resolves once that has taken it. */
export type Write = (piece: Uint8Array) => Promise<void>;

export interface ICall {
  agent: Agent;
  host: string;
  port: number;
  method: string;
  /** Escaped. */
  path: string;
  /** In the spelling in which they are sent: XRootD before 5.7 knows no other. */
  headers: Readonly<Record<string, string>>;
  /** Sends what follows the headers; null: nothing does. */
  body: ((write: Write) => Promise<void>) | null;
  /** How long the answer may take once everything is sent. */
  answerMs: number;
  signal: AbortSignal;
}

export interface IAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Its beginning. */
  text: string;
}

/** No answer came. `stale`: the connection was an old one, on which nothing of the body was sent. */
export class NoAnswer extends Error {
  constructor(
    cause: unknown,
    readonly stale: boolean,
    /** Some of the body was on its way. */
    readonly sending: boolean,
    readonly slow: boolean
  ) {
    super('no answer came', { cause });
  }
}

const CONNECT_MS = 15_000;
/** A door may have to find a place first; never the second that curl waits. */
const CONTINUE_MS = 60_000;
const PROGRESS_MS = 60_000;
/** After the connection broke an answer that was sent before may still be in it. */
const LAST_WORDS_MS = 500;
const LONGEST_TEXT = 20_000;

/**
 * One request and its answer. With `Expect: 100-continue` among the headers the body is sent when the server asks
 * for it, and not at all when it answers otherwise. Rejects with NoAnswer, with what the body threw, or with the
 * signal's reason.
 */
export function exchange(call: ICall): Promise<IAnswer> {
  const { agent, host, port, method, path, headers, signal } = call;
  return new Promise((resolve, reject) => {
    let watchdog: NodeJS.Timeout | undefined;
    let begun = false;
    let whole = call.body === null;
    let answered = false;
    let slow = false;
    let settled = false;
    let failure: { error: Error } | null = null;
    let bodyDone: Promise<void> = Promise.resolve();
    const arm = (milliseconds: number, then = late) => {
      clearTimeout(watchdog);
      if (!settled) {
        watchdog = setTimeout(then, milliseconds);
      }
    };
    const late = () => {
      slow = true;
      sent.destroy();
    };
    const cancel = () => fail(signal.reason as Error);
    const fail = (error: Error) => {
      failure ??= { error };
      sent.destroy();
    };
    const settle = () => {
      settled = true;
      clearTimeout(watchdog);
      signal.removeEventListener('abort', cancel);
    };
    const write: Write = piece =>
      new Promise((taken, lost) => {
        if (answered) {
          lost(new Error('it has answered before'));
          return;
        }
        arm(PROGRESS_MS);
        sent.write(piece, error => (error == null ? taken() : lost(error)));
      });
    const begin = () => {
      if (begun || call.body === null) {
        return;
      }
      begun = true;
      arm(PROGRESS_MS);
      const broken = new Set<unknown>();
      const watched: Write = piece =>
        write(piece).catch((error: unknown) => {
          broken.add(error);
          throw error;
        });
      bodyDone = call.body(watched).then(
        () => {
          whole = true;
          if (!answered) {
            sent.end();
            arm(call.answerMs);
          }
        },
        (error: unknown) => {
          if (!broken.has(error)) {
            fail(error as Error);
          } else if (!answered) {
            arm(LAST_WORDS_MS, () => sent.destroy());
          }
        }
      );
    };

    const sent = request({
      ...{ agent, host, port, method, path, headers },
      // XRootD and EOS say "Connection: Close" with their 100, which strict parsers believe.
      insecureHTTPParser: method === 'PUT'
    });
    arm(CONNECT_MS);
    const expects = headers.Expect !== undefined;
    const connected = () => arm(expects ? CONTINUE_MS : call.answerMs, expects ? begin : late);
    sent.on('socket', socket => {
      if (sent.reusedSocket || !socket.connecting) {
        connected();
      } else {
        socket.once('secureConnect', connected);
      }
    });
    sent.on('continue', begin);
    sent.on('response', response => {
      answered = true;
      arm(call.answerMs);
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text = text.length < LONGEST_TEXT ? text + piece : text;
      });
      response.on('close', () => {
        const status = response.statusCode ?? 0;
        if (!whole && status > 299) {
          sent.destroy();
        }
        // It may answer before we know that the last piece was taken.
        void bodyDone.then(() => {
          settle();
          if (failure !== null) {
            reject(failure.error);
          } else if (!whole && status < 300) {
            reject(new NoAnswer(null, false, true, slow));
          } else {
            resolve({ status, headers: response.headers, text });
          }
        });
      });
      response.on('error', () => undefined);
    });
    let cause: unknown;
    sent.on('error', error => {
      cause = error;
    });
    sent.on('close', () => {
      if (!answered) {
        settle();
        const stale = sent.reusedSocket && !(begun && expects) && !slow;
        reject(failure === null ? new NoAnswer(cause, stale, begun, slow) : failure.error);
      }
    });
    if (signal.aborted) {
      cancel();
      return;
    }
    signal.addEventListener('abort', cancel, { once: true });
    if (call.body === null) {
      sent.end();
    } else if (expects) {
      sent.flushHeaders();
    } else {
      begin();
    }
  });
}
