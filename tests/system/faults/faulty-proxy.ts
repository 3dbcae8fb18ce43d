import {
  createServer,
  request as ask,
  type IncomingMessage,
  type Server,
  type ServerResponse
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Rucio's own answer, whole. */
export interface IAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** What becomes of a request: it may ask Rucio, or not, and answers as it likes, or not. */
export type Fault = (response: ServerResponse, askRucio: () => Promise<IAnswer>) => void;

interface IRule {
  /** Method and beginning of the path. */
  of: string;
  fault: Fault;
  times: number;
}

/** Stands before a real Rucio on 127.0.0.1, passes everything on, and misbehaves where it is told to. */
export class FaultyProxy {
  /** Method and address of each request since the last `forget`. */
  readonly seen: string[] = [];

  private constructor(
    private readonly _rucio: URL,
    private readonly _port: number,
    private _server: Server
  ) {
    this._attach();
  }

  static async before(rucioUrl: string): Promise<FaultyProxy> {
    const server = await listen(0);
    return new FaultyProxy(new URL(rucioUrl), (server.address() as AddressInfo).port, server);
  }

  get url(): string {
    return `http://127.0.0.1:${this._port}`;
  }

  /** Requests that begin so (`GET /scopes/`) meet this fault, so many times; the newest word wins. */
  fault(of: string, fault: Fault, times = Infinity): this {
    this._rules.unshift({ of, fault, times });
    return this;
  }

  /** Behaves from now on, and has seen nothing. */
  heal(): void {
    this._rules.splice(0);
    this.forget();
  }

  forget(): void {
    this.seen.splice(0);
  }

  /** How many requests began so. */
  count(of: string): number {
    return this.seen.filter(each => each.startsWith(of)).length;
  }

  /** Nothing listens any more; what was under way is reset. */
  async down(): Promise<void> {
    const closed = new Promise(resolve => this._server.close(resolve));
    this._sockets.forEach(socket => socket.resetAndDestroy());
    await closed;
  }

  /** Listens again, at the same address. */
  async up(): Promise<void> {
    this._server = await listen(this._port);
    this._attach();
  }

  private _attach(): void {
    this._server.on('connection', socket => {
      this._sockets.add(socket);
      socket.once('close', () => this._sockets.delete(socket));
    });
    this._server.on('request', (request, response) => void this._take(request, response));
  }

  private async _take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await whole(request);
    const line = `${request.method} ${request.url}`;
    this.seen.push(line);
    const rule = this._rules.find(({ of, times }) => times > 0 && line.startsWith(of));
    const askRucio = () => this._ask(request, body);
    if (rule === undefined) {
      const { status, headers, body } = await askRucio();
      response.writeHead(status, headers).end(body);
    } else {
      rule.times--;
      rule.fault(response, askRucio);
    }
  }

  private _ask({ method, url, headers }: IncomingMessage, sent: Buffer): Promise<IAnswer> {
    const { hostname, port } = this._rucio;
    const passed = { ...headers, host: this._rucio.host, connection: 'close' };
    return new Promise((resolve, reject) => {
      ask({ hostname, port, method, path: url, headers: passed }, answer => {
        whole(answer).then(
          body => resolve({ status: answer.statusCode ?? 502, headers: passable(answer), body }),
          reject
        );
      })
        .on('error', reject)
        .end(sent);
    });
  }

  private readonly _rules: IRule[] = [];
  private readonly _sockets = new Set<Socket>();
}

async function whole(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** Without what is between two servers only, and without the length, which a fault may change. */
function passable({ headers }: IncomingMessage): Record<string, string> {
  const own = ['connection', 'transfer-encoding', 'content-length', 'keep-alive'];
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !own.includes(name))
      .map(([name, value]) => [name, String(value)])
  );
}

function listen(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
