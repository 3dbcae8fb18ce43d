import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';

/** A request as it arrived. */
export interface ISeen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
  /** The certificate that was shown, as PEM; '': none was. */
  certificate: string;
}

type Answer = (response: ServerResponse, request: ISeen) => void;

/** A tiny HTTP server on 127.0.0.1 that answers as it is told, as badly as need be. */
export class TestServer {
  /** All requests, in the order in which they arrived. */
  readonly seen: ISeen[] = [];

  private constructor(readonly url: string) {}

  /** `tls`: by https. */
  static async start(tls?: ServerOptions): Promise<TestServer> {
    const listener = tls === undefined ? createServer() : createSecureServer(tls);
    const scheme = tls === undefined ? 'http' : 'https';
    await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
    const server = new TestServer(
      `${scheme}://127.0.0.1:${(listener.address() as AddressInfo).port}`
    );
    listener.on('request', (request, response) => server._take(request, response));
    server._close = () =>
      new Promise(resolve => {
        listener.close(() => resolve());
        listener.closeAllConnections();
      });
    return server;
  }

  /** Answers paths that begin so from now on; the newest word for a path wins. */
  on(path: string, answer: Answer): this {
    this._answers.unshift({ path, answer });
    return this;
  }

  /** The same with a status, headers and a body. */
  reply(path: string, status: number, body: string, headers: Record<string, string> = {}): this {
    return this.on(path, response => {
      response.writeHead(status, headers);
      response.end(body);
    });
  }

  close(): Promise<void> {
    return this._close();
  }

  private _take(request: IncomingMessage, response: ServerResponse): void {
    let body = '';
    const { socket } = request;
    const certificate =
      socket instanceof TLSSocket ? (socket.getPeerX509Certificate()?.toString() ?? '') : '';
    request.setEncoding('utf8');
    request.on('data', text => (body += text));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const seen = { method, url, headers, body, certificate };
      this.seen.push(seen);
      const known = this._answers.find(({ path }) => url.startsWith(path));
      if (known === undefined) {
        response.writeHead(404).end('{}');
      } else {
        known.answer(response, seen);
      }
    });
  }

  private _answers: { path: string; answer: Answer }[] = [];
  private _close: () => Promise<void> = async () => {};
}
