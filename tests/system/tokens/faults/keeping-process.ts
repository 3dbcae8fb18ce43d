import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { claimsOf, type IClaims } from '../../../../src/common/server/jwt.js';
import type { Config } from '../../../../src/server/config.js';
import type { TokensStatus } from '../../../../src/token-renewal/contract.js';
import type { TestIam } from '../../../lab/test-iam.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const NODE = join(ROOT, '.venv/bin/node');
const SECRET = 'the-secret-of-the-bridge-0123456789';
const CALLBACK = 'http://127.0.0.1:8888/jupyterlab-datalake/callback';
/** Nothing of this test's own environment. */
const ENVIRONMENT = { PATH: '/usr/bin:/bin', HOME: '/nonexistent' };

/** JupyterHub as Node is told of it. */
export interface IHub {
  apiUrl: string;
  user: string;
  token: string;
}

/** A process that keeps tokens fresh, as people have it: the bridge's server, or `datalake token keep`. */
export class KeepingProcess {
  /** The server, when it listens. */
  static async server(config: Config, home: string, hub?: IHub): Promise<KeepingProcess> {
    const socket = join(home, `run-${runs++}`, 'socket');
    mkdirSync(dirname(socket), { mode: 0o700 });
    const started = new KeepingProcess(config, ['server.mjs'], {}, socket);
    started._child.stdin.write(`${JSON.stringify({ socket, secret: SECRET, config, hub })}\n`);
    while (!started._output.includes('"ready":true')) {
      await Promise.race([once(started._child.stdout, 'data'), started._exited]);
      if (started.hasEnded) throw new Error(started._output);
    }
    return started;
  }

  static keeper(config: Config, home: string): KeepingProcess {
    const runtime = join(home, 'runtime');
    mkdirSync(join(runtime, 'jupyterlab-datalake'), { recursive: true, mode: 0o700 });
    const inputs = { pythonFolder: '', files: {}, environment: {}, process: null };
    writeFileSync(
      join(runtime, 'jupyterlab-datalake/config.json'),
      JSON.stringify({ format: 1, config, sources: {}, inputs }),
      { mode: 0o600 }
    );
    const environment = { JUPYTER_RUNTIME_DIR: runtime };
    return new KeepingProcess(config, ['datalake.mjs', 'token', 'keep'], environment);
  }

  private constructor(
    config: Config,
    [script = '', ...words]: string[],
    environment: Record<string, string>,
    private readonly _socket = ''
  ) {
    this.files = dirname(config.instances[0]?.tokens?.targets[0]?.file ?? '');
    this._child = spawn(NODE, [join(ROOT, 'jupyterlab_datalake/node', script), ...words], {
      env: { ...ENVIRONMENT, ...environment }
    });
    const collect = (chunk: Buffer) => (this._output += chunk.toString());
    this._child.stdout.on('data', collect);
    this._child.stderr.on('data', collect);
    this._exited = once(this._child, 'exit');
  }

  /** Whether it ended by itself, or by a signal. */
  get hasEnded(): boolean {
    return this._child.exitCode !== null || this._child.signalCode !== null;
  }

  /** All that it has said, on both its outputs. */
  get output(): string {
    return this._output;
  }

  get pid(): number {
    return this._child.pid ?? 0;
  }

  /** SIGSTOP and SIGCONT among others. */
  signal(name: NodeJS.Signals): void {
    this._child.kill(name);
  }

  async kill(name: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    this.signal(name);
    await this._exited;
    return this._child.exitCode;
  }

  /** From now on it can write no byte to any file, as on a full disk; without rights that a person has not. */
  fillDisk(): void {
    execFileSync('prlimit', ['--pid', String(this.pid), '--fsize=0:']);
  }

  /** There is room again. */
  makeRoom(): void {
    execFileSync('prlimit', ['--pid', String(this.pid), '--fsize=unlimited:']);
  }

  has(name: string): boolean {
    return existsSync(join(this.files, name));
  }

  read(name: string): string {
    return readFileSync(join(this.files, name), 'utf8');
  }

  /** All that is in its two usual files, to compare; not to be printed. */
  get bothFiles(): string {
    return this.read('eos') + this.read('storage');
  }

  /** What the token in a file says; of one that is not there: nothing. */
  claims(name: string): IClaims {
    return claimsOf(this.has(name) ? this.read(name) : '');
  }

  async status(): Promise<TokensStatus> {
    const { tokens } = await this._ask<{ tokens: TokensStatus[] }>('GET', '/tokens');
    return tokens[0];
  }

  async states(): Promise<string[]> {
    return (await this.status()).targets.map(({ state }) => state);
  }

  /** The codes of what is wrong, by target. */
  async problems(): Promise<(string | undefined)[]> {
    return (await this.status()).targets.map(({ problem }) => problem?.code);
  }

  async signIn(iam: TestIam, person = 'alice'): Promise<void> {
    const { url } = await this._ask<{ url: string }>('POST', '/tokens/sign-in', {
      redirectUri: CALLBACK
    });
    const back = await iam.person(person).open(url);
    await this._ask('POST', '/tokens/callback', { query: new URL(back.url).search });
  }

  private _ask<T>(method: string, path: string, body?: object): Promise<T> {
    return new Promise((resolve, reject) => {
      const asked = request({
        socketPath: this._socket,
        method,
        path: `/api${path}`,
        headers: {
          'content-type': 'application/json',
          'x-datalake-secret': SECRET,
          'x-datalake-browser': 'browser'
        }
      });
      asked.on('error', reject);
      asked.on('response', response => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () =>
          response.statusCode === 200 ? resolve(JSON.parse(text) as T) : reject(new Error(text))
        );
      });
      asked.end(body && JSON.stringify(body));
    });
  }

  readonly files: string;
  private readonly _child: ChildProcessWithoutNullStreams;
  private readonly _exited: Promise<unknown>;
  private _output = '';
}

let runs = 0;
