import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Passes everything on to a server on 127.0.0.1, counts what is sent there, and can be cut. */
export class Relay {
  /** Bytes that were passed on to the server. */
  sent = 0;

  static async before(port: number): Promise<Relay> {
    const relay = new Relay(port);
    await relay.up();
    return relay;
  }

  private constructor(private readonly _to: number) {}

  get port(): number {
    return this._port;
  }

  /** Counts from 0 again, and does this once, as soon as so many bytes were passed on. */
  after(bytes: number, act: () => void): void {
    this.sent = 0;
    this._watch = { bytes, act };
  }

  /** Nothing listens any more; what is under way is reset. */
  async down(): Promise<void> {
    const closed = new Promise(resolve => this._server?.close(resolve));
    this._sockets.forEach(socket => socket.resetAndDestroy());
    await closed;
  }

  /** Listens, again at the same address. */
  async up(): Promise<void> {
    const server = createServer(from => this._pass(from));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this._port, '127.0.0.1', resolve);
    });
    this._server = server;
    this._port = (server.address() as AddressInfo).port;
  }

  private _pass(from: Socket): void {
    const to = connect(this._to, '127.0.0.1');
    for (const [socket, other] of [
      [from, to],
      [to, from]
    ]) {
      this._sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this._sockets.delete(socket);
        other.destroy();
      });
    }
    from.on('data', (piece: Buffer) => this._count(piece.length));
    from.pipe(to);
    to.pipe(from);
  }

  private _count(bytes: number): void {
    this.sent += bytes;
    const watch = this._watch;
    if (watch !== null && this.sent >= watch.bytes) {
      this._watch = null;
      watch.act();
    }
  }

  private readonly _sockets = new Set<Socket>();
  private _watch: { bytes: number; act: () => void } | null = null;
  private _server: Server | null = null;
  private _port = 0;
}
