import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { CopyError, type ICopier, type ICopyOrder } from './order.ts';

const execute = promisify(execFile);
/** The lake's files are small: what takes longer hangs, and Rucio orders it again once it has failed. */
const DEADLINE_SECONDS = 60;

interface IFailedProgram {
  stderr?: string;
  stdout?: string;
  code?: number | null;
  killed?: boolean;
}

/** The secret (sss) that servers are shown, and the folder of the authorities that they are believed by. */
export interface IXrootdCredentials {
  keytab: string;
  authorities: string;
}

/**
 * Third-party copies: the destination's XRootD server fetches from the source's, and this program only asks for
 * it. Copies only between URLs that begin with one of `prefixes` (`root://127.0.0.1:1094//lake/RSE/`). Each of
 * the programs that a copy is made of has `deadlineSeconds`.
 */
export class XrootdCopier implements ICopier {
  constructor(
    prefixes: string[],
    credentials: IXrootdCredentials,
    deadlineSeconds = DEADLINE_SECONDS
  ) {
    this._prefixes = prefixes;
    this._deadlineSeconds = deadlineSeconds;
    this._environment = {
      PATH: '/usr/bin:/bin',
      XrdSecPROTOCOL: 'sss',
      XrdSecSSSKT: credentials.keytab,
      X509_CERT_DIR: credentials.authorities,
      XRD_CONNECTIONRETRY: '1',
      XRD_CONNECTIONWINDOW: '5'
    };
  }

  async copy(order: ICopyOrder): Promise<void> {
    const source = this._locate(order.source, 'SOURCE');
    const destination = this._locate(order.destination, 'DESTINATION');
    await this._check(
      source,
      order,
      'SOURCE',
      order.verify === 'both' || order.verify === 'source'
    );
    const partial = {
      ...destination,
      path: `${destination.path}.part-${randomBytes(4).toString('hex')}`
    };
    try {
      await this._run('TRANSFER', 'xrdcp', [
        '--tpc',
        'only',
        '--nopbar',
        '--silent',
        urlOf(source),
        urlOf(partial)
      ]);
      await this._check(
        partial,
        order,
        'DESTINATION',
        order.verify === 'both' || order.verify === 'target'
      );
      // Rucio owns the name; what is there is a copy that it does not know of, and mv replaces nothing.
      await this._xrdfs(destination, 'rm', destination.path).catch(() => undefined);
      await this._xrdfs(destination, 'mv', partial.path, destination.path);
    } catch (error) {
      await this._xrdfs(partial, 'rm', partial.path).catch(() => undefined);
      throw error;
    }
  }

  /** Size always, checksum (computed by the server) where asked. */
  private async _check(
    at: ILocation,
    order: ICopyOrder,
    side: string,
    checksum: boolean
  ): Promise<void> {
    const status = await this._run(side, 'xrdfs', [at.server, 'stat', at.path]).catch(
      (error: unknown) => {
        if (!String(error).includes('[3011]')) throw error;
        throw new CopyError(`${side} [2] No such file or directory: ${urlOf(at)}`, {
          cause: error
        });
      }
    );
    const bytes = Number(/Size:\s+(\d+)/.exec(status)?.[1]);
    if (order.bytes !== undefined && bytes !== order.bytes) {
      throw new CopyError(
        `${side} size mismatch: ${bytes} bytes, Rucio says ${order.bytes}: ${urlOf(at)}`
      );
    }
    if (!order.adler32 || !checksum) return;
    const answer = await this._xrdfs(at, 'query', 'checksum', at.path);
    const found = /adler32\s+([0-9a-f]+)/i.exec(answer)?.[1]?.toLowerCase().padStart(8, '0');
    if (found !== order.adler32) {
      throw new CopyError(
        `${side} CHECKSUM MISMATCH: adler32 of the file is ${found ?? 'unknown'}, Rucio says ${order.adler32}: ${urlOf(at)}`
      );
    }
  }

  private _locate(url: string, side: string): ILocation {
    const match = /^(root:\/\/[^/]+)\/(\/.+)$/.exec(url);
    const isOurs = this._prefixes.some(prefix => url.startsWith(prefix));
    const climbs = /(^|\/)\.{1,2}(\/|$)/.test(match?.[2] ?? '');
    if (!match || !isOurs || climbs || /[\s?%]/.test(url)) {
      throw new CopyError(`${side} [1] Not below the folder of an RSE: ${url}`);
    }
    return { server: match[1]!, path: match[2]! };
  }

  private _xrdfs(at: ILocation, ...words: string[]): Promise<string> {
    return this._run('TRANSFER', 'xrdfs', [at.server, ...words]);
  }

  private async _run(side: string, program: string, words: string[]): Promise<string> {
    try {
      const { stdout } = await execute(program, words, {
        env: this._environment,
        timeout: this._deadlineSeconds * 1000,
        killSignal: 'SIGKILL'
      });
      return stdout;
    } catch (error) {
      const { stderr, stdout, code, killed } = error as IFailedProgram;
      if (killed) {
        throw new CopyError(
          `${side} [110] ${program} ${words[0]} did not end within ${this._deadlineSeconds} s: ${words.at(-1)}`,
          { cause: error }
        );
      }
      const said = (stderr?.trim() || stdout?.trim() || String(error)).slice(-400);
      throw new CopyError(`${side} [${code ?? 'killed'}] ${said}`, { cause: error });
    }
  }

  private readonly _prefixes: string[];
  private readonly _deadlineSeconds: number;
  private readonly _environment: Record<string, string>;
}

interface ILocation {
  server: string;
  path: string;
}

const urlOf = (at: ILocation): string => `${at.server}/${at.path}`;
