import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import type { Problem } from '../common/contract/problem.js';
import { PROBLEM_STATUS } from '../common/server/problems.js';
import { makeLake } from '../sidebar/browser/lake.js';

/** What a route of the stand-in got: the query of a GET, the JSON of the others. */
export type Asked = Record<string, unknown>;
type Answer = (asked: Asked, method: string) => object | Promise<object>;

/** A problem as the server answers it. */
export function problemResponse(problem: Problem): Response {
  return Response.json(problem, { status: PROBLEM_STATUS[problem.code] });
}

/** A streamed answer that the test sends piece by piece. */
export class StreamedAnswer {
  // First: the stream below starts, and fills it in, while it is made.
  private _controller: ReadableStreamDefaultController<Uint8Array> | null = null;

  readonly response = new Response(
    new ReadableStream<Uint8Array>({
      start: controller => {
        this._controller = controller;
      },
      cancel: () => this.abort()
    })
  );

  /** The browser does not want the rest. */
  cancelled = false;

  item(item: unknown): this {
    return this._line({ item });
  }

  end(end: object): void {
    this._line({ end })._controller?.close();
  }

  problem(problem: Problem): void {
    this._line({ problem })._controller?.close();
  }

  /** As fetch does when its signal fires. */
  abort(): void {
    if (!this.cancelled) {
      this.cancelled = true;
      this._controller?.error(new DOMException('Aborted', 'AbortError'));
    }
  }

  /** The connection breaks. */
  cut(): void {
    this._controller?.close();
  }

  private _line(line: object): this {
    this._controller?.enqueue(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
    return this;
  }
}

/** One answer that is complete at once. */
export function streamed(items: readonly unknown[], end: object): Response {
  const answer = new StreamedAnswer();
  items.forEach(item => answer.item(item));
  answer.end(end);
  return answer.response;
}

/** A WebSocket that the test opens, feeds and breaks. */
export class FakeSocket {
  constructor(readonly url: string) {}

  readyState = 0;
  readonly sent: string[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  drop(): void {
    this.readyState = 3;
    this.onclose?.();
  }
}

/** The real browser side of the lake on a stand-in for the server. */
export function browserLake(answers: Record<string, Answer> = {}) {
  const asked: { path: string; asked: Asked }[] = [];
  const sockets: FakeSocket[] = [];
  // A Request that nobody holds is collected, and its signal then hears of no abort: fetch holds it, so do we.
  const requests: Request[] = [];
  const fetch = async (input: RequestInfo | URL): Promise<Response> => {
    const request = input as Request;
    requests.push(request);
    const url = new URL(request.url);
    const path = url.pathname.replace('/jupyterlab-datalake/api', '');
    const query = Object.fromEntries([...url.searchParams].filter(([, value]) => value !== ''));
    const body: Asked =
      request.method === 'GET' ? query : ((await request.json()) as Record<string, unknown>);
    asked.push({ path, asked: body });
    const answer = answers[path];
    if (answer === undefined) {
      return problemResponse({ code: 'not-found', message: `No stand-in for ${path}.` });
    }
    const given = await answer(body, request.method);
    if (given instanceof StreamedAnswer) {
      request.signal.addEventListener('abort', () => given.abort());
      return given.response;
    }
    return given instanceof Response ? given : Response.json(given);
  };
  class Socket extends FakeSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
    }
  }
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://x/',
    wsUrl: 'ws://x/',
    appendToken: false,
    init: {},
    fetch,
    WebSocket: Socket as unknown as typeof WebSocket
  });
  const lake = makeLake(settings, nullTranslator.load('jupyterlab_datalake'));
  return { lake, settings, answers, asked, sockets };
}
