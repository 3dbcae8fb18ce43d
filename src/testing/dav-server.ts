import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { adler32Of } from './adler32.js';

/** A request as it arrived; of its body nothing is told. */
export interface IDavSeen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  /** Requests before it on this connection. */
  before: number;
}

/** true: it has answered, or will. */
type Hook = (seen: IDavSeen, request: IncomingMessage, response: ServerResponse) => boolean;

/** A store that speaks WebDAV as XRootD 5.5 does, quirks and all, in memory, by https on the loopback. */
export class DavServer {
  readonly files = new Map<string, Buffer>();
  readonly seen: IDavSeen[] = [];
  /** As EOS: a file is not put where no folder is. */
  wantsFolders = false;
  /** Folders that were made, for those who want them. */
  readonly folders = new Set<string>(['/']);
  /** Asked first. */
  hook: Hook = () => false;
  /** Digests that are computed just now, and the most that ever were. */
  digests = { now: 0, most: 0 };
  saysDigest = true;

  private constructor(
    readonly port: number,
    private readonly _server: Server
  ) {}

  static async start(tls: ServerOptions): Promise<DavServer> {
    // A slow client's connection stays: only the test drops any.
    const server = createServer({ ...tls, keepAliveTimeout: 0 });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const dav = new DavServer((server.address() as AddressInfo).port, server);
    server.on('request', (request, response) => dav._take(request, response, () => undefined));
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
      dav._take(request, response, () => {
        request.socket.write('HTTP/1.1 100 Continue\r\nConnection: Close\r\n\r\n');
        // Node closes the connection after an answer without a 100 of its own making.
        Object.assign(response, { _sent100: true });
      })
    );
    return dav;
  }

  async close(): Promise<void> {
    await new Promise(resolve => {
      this._server.close(resolve);
      this._server.closeAllConnections();
    });
  }

  /** As if they had been silent for long: clients are not told. */
  dropConnections(): void {
    this._server.closeIdleConnections();
  }

  private _take(request: IncomingMessage, response: ServerResponse, goOn: () => void): void {
    const { method = '', url = '', headers, socket } = request;
    const before = this._requests.get(socket) ?? 0;
    this._requests.set(socket, before + 1);
    const seen = { method, url, headers, before };
    this.seen.push(seen);
    if (this.hook(seen, request, response)) {
      return;
    }
    const path = decodeURIComponent(url.split('?')[0] ?? '').replace(/(?<=.)\/$/, '');
    const say = (status: number, text = '') => {
      // What was not read stays on the connection.
      if (method === 'PUT' && !request.complete) {
        response.setHeader('Connection', 'close');
      }
      response.writeHead(status).end(text);
    };
    switch (method) {
      case 'PUT':
        if (this._isFolder(path)) {
          say(409, `Unable to create ${path}; is a directory`);
        } else if (this.wantsFolders && !this.folders.has(parentOf(path))) {
          say(409, 'no parent');
        } else {
          goOn();
          this._receive(path, request, response);
        }
        return;
      case 'MKCOL':
        if (this.folders.has(path)) {
          say(405);
        } else if (this.folders.has(parentOf(path)) || !this.wantsFolders) {
          this.folders.add(path);
          say(201);
        } else {
          say(409);
        }
        return;
      case 'HEAD':
        void this._head(path, headers['want-digest'] === 'adler32', response);
        return;
      case 'DELETE':
        say(this.files.delete(path) ? 200 : 404);
        return;
      default:
        say(405);
    }
  }

  private _receive(path: string, request: IncomingMessage, response: ServerResponse): void {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    this.files.set(path, Buffer.alloc(0));
    const keep = () => {
      if (this.files.has(path)) {
        this.files.set(path, Buffer.concat(pieces));
      }
    };
    // Of a connection that breaks, the part stays under the name.
    request.on('error', keep);
    request.on('end', () => {
      keep();
      response.writeHead(200).end(':-)');
    });
  }

  private async _head(path: string, digest: boolean, response: ServerResponse): Promise<void> {
    const found = this.files.get(path);
    if (found === undefined) {
      response.writeHead(this._isFolder(path) ? 409 : 404).end();
      return;
    }
    response.setHeader('Content-Length', found.length);
    if (digest && this.saysDigest) {
      this.digests.now++;
      this.digests.most = Math.max(this.digests.most, this.digests.now);
      await new Promise(resolve => setImmediate(resolve));
      this.digests.now--;
      response.setHeader('Digest', `adler32=${adler32Of(found)}`);
    }
    response.writeHead(200).end();
  }

  private _isFolder(path: string): boolean {
    return [...this.files.keys()].some(key => key.startsWith(`${path}/`));
  }

  private readonly _requests = new WeakMap<Socket, number>();
}

const parentOf = (path: string) => path.slice(0, path.lastIndexOf('/')) || '/';
