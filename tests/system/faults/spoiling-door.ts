import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import type { ICertificates } from '../../../lab/iam/certificates.ts';

/** Stands before a store that speaks https, passes everything on, and changes a byte of each file that it is told to. */
export class SpoilingDoor {
  /** How many of the next files are spoilt on their way to the store. */
  spoils = 0;
  /** How many were. */
  spoilt = 0;

  static async before(port: number, certificates: ICertificates): Promise<SpoilingDoor> {
    const door = new SpoilingDoor(port, certificates);
    await new Promise<void>((resolve, reject) => {
      door._server.once('error', reject);
      door._server.listen(0, '127.0.0.1', resolve);
    });
    return door;
  }

  private constructor(
    private readonly _to: number,
    { certificate, key, authority }: ICertificates
  ) {
    this._authority = readFileSync(authority, 'utf8');
    const pass = (from: IncomingMessage, to: ServerResponse) => this._pass(from, to);
    this._server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, pass);
    this._server.on('checkContinue', (from: IncomingMessage, to: ServerResponse) => {
      to.writeContinue();
      pass(from, to);
    });
  }

  get port(): number {
    return (this._server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this._server.closeAllConnections();
    await new Promise(resolve => this._server.close(resolve));
  }

  private _pass(from: IncomingMessage, to: ServerResponse): void {
    // As they came: XRootD knows them in one spelling only.
    const headers = Object.fromEntries(
      from.rawHeaders.flatMap((name, index) =>
        index % 2 === 0 && !/^(?:expect|connection|host)$/i.test(name)
          ? [[name, from.rawHeaders[index + 1]]]
          : []
      )
    );
    const there = request(
      {
        ...{ host: 'localhost', port: this._to, method: from.method, path: from.url, headers },
        ...{ ca: this._authority, agent: false, insecureHTTPParser: true }
      },
      answer => {
        to.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(to);
      }
    );
    there.on('error', () => to.destroy());
    from.on('close', () => {
      if (!from.complete) {
        there.destroy();
      }
    });
    if (from.method === 'PUT' && this.spoils > 0) {
      this.spoils--;
      this.spoilt++;
      from.pipe(spoiler()).pipe(there);
    } else {
      from.pipe(there);
    }
  }

  private readonly _authority: string;
  private readonly _server: Server;
}

/** Turns the first bit that comes. */
function spoiler(): Transform {
  let first = true;
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      const changed = Buffer.from(piece);
      if (first && changed.length > 0) {
        first = false;
        changed[0] ^= 1;
      }
      done(null, changed);
    }
  });
}
