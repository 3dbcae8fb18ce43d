import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IFault } from '../../../../lab/iam/dials.ts';
import { SqliteSignInStore } from '../../../../src/adapters/state/sign-in-store.js';
import type { IKeptSignIn } from '../../../../src/token-renewal/core/ports.js';
import type { Config, TokensConfig } from '../../../../src/server/config.js';
import type { TestIam } from '../../../lab/test-iam.ts';
import { configOf, startIam, until } from '../home.ts';
import { KeepingProcess, type IHub } from './keeping-process.ts';
import { Reader, type ISeen } from './reader.ts';

/** As short as the identity provider lets us, so that a few seconds are several lives. */
export const LIFE_SECONDS = 10;

/** Of a test that looks every 20 ms. */
const STALL_MS = 500;

const FIRST_PORT = 22400;
let scenes = 0;

/** A test of one fault; several run at once, each with an identity provider and a home of its own. */
export function scene(name: string, play: (stage: Stage) => Promise<void>): void {
  const port = FIRST_PORT + scenes++;
  it.concurrent(name, () => Stage.play(port, play));
}

/**
 * One fault's own identity provider and home, with what holds whatever happens there: a reader in a tight
 * loop misses no token file, sees none that is torn, and no file that others may read; and no process ends by itself.
 */
export class Stage {
  static async play(port: number, play: (stage: Stage) => Promise<void>): Promise<void> {
    const iam = await startIam(port);
    const stage = new Stage(iam);
    let seen: ISeen;
    try {
      await iam.control.turn({ accessTokenSeconds: LIFE_SECONDS });
      await play(stage);
      // On a busy machine it has little time of its own.
      await until(() => stage._reader.looks > 10);
      const ended = stage._processes.filter(({ hasEnded }) => hasEnded);
      expect(ended.map(({ output }) => output)).toEqual([]);
      expect(stage._processes.map(({ output }) => output).join()).not.toMatch(/eyJ|Error:|\n +at /);
    } finally {
      await Promise.all(stage._processes.map(each => each.kill()));
      seen = await stage._reader.stop();
      // It may have requests that it is told to answer much later.
      await iam.stop('SIGKILL');
      await iam.destroy();
      rmSync(stage.home, { recursive: true, force: true });
    }
    const { torn, wide, gone } = seen;
    expect({ torn, wide }).toEqual({ torn: [], wide: [] });
    if (!stage.removesFiles) expect(gone).toBe(0);
  }

  private constructor(readonly iam: TestIam) {
    this._reader = new Reader(this.home);
  }

  /** A server's configuration: its files are in the same folder at each start. */
  config(server: string, rest: Partial<TokensConfig> = {}): Config {
    return configOf(this.iam, this.home, join(this.home, server, 'tokens'), rest);
  }

  /** A server that listens. */
  async server(config = this.config('server'), hub?: IHub): Promise<KeepingProcess> {
    const started = await KeepingProcess.server(config, this.home, hub);
    this._processes.push(started);
    return started;
  }

  /** `datalake token keep`. */
  keeper(config = this.config('commands')): KeepingProcess {
    const started = KeepingProcess.keeper(config, this.home);
    this._processes.push(started);
    return started;
  }

  /** A server with somebody's tokens in its files. */
  async signedIn(config = this.config('server')): Promise<KeepingProcess> {
    const server = await this.server(config);
    await server.signIn(this.iam);
    await this.until(server, 'valid');
    return server;
  }

  /** A server whose refresh token is on its way, with this happening to it at the identity provider. */
  async refreshing(fault: IFault): Promise<KeepingProcess> {
    await this.iam.control.turn({ accessTokenSeconds: 2 * LIFE_SECONDS });
    const server = await this.signedIn({ ...this.config('server'), requestDeadlineSeconds: 30 });
    await this._calm(server);
    const before = await this.requestsFor('/token');
    await this.iam.control.breakWith({ path: '/token', count: 1, ...fault });
    await until(async () => (await this.requestsFor('/token')) > before);
    expect(this.signInOnDisk()).toMatchObject({ underWay: true });
    return server;
  }

  /** What is kept of the sign-in. */
  signInOnDisk(): IKeptSignIn | null {
    const store = new SqliteSignInStore(join(this.home, 'state/tokens.sqlite'), 'default');
    const kept = store.read();
    store.close();
    return kept;
  }

  /** Ends it, as a power cut does if nothing else is said; answers its exit status. */
  async kill(process: KeepingProcess, name?: NodeJS.Signals): Promise<number | null> {
    this._processes = this._processes.filter(each => each !== process);
    return process.kill(name);
  }

  /** Until all targets are in this state. */
  async until(server: KeepingProcess, state: string, seconds = 60): Promise<void> {
    let states: string[] = [];
    await until(
      async () => (states = await server.states()).every(each => each === state),
      seconds,
      () => ({ state, states })
    );
  }

  /**
   * Until each target has failed while its token was good, and one tells of this problem. If the machine stands
   * still meanwhile, a token may end before anybody can see that.
   */
  async untilFailing(server: KeepingProcess, code: string): Promise<void> {
    const failed = new Set<string>();
    let told: (string | undefined)[] = [];
    let [stalled, looked] = [false, Date.now()];
    await until(
      async () => {
        const { targets } = await server.status();
        stalled ||= Date.now() - looked > STALL_MS;
        looked = Date.now();
        for (const { name, state } of targets) if (state === 'failing') failed.add(name);
        told = targets.map(({ problem }) => problem?.code);
        const isTold = told.every(each => each !== undefined) && told.join().includes(code);
        return isTold && (stalled || failed.size === targets.length);
      },
      60,
      () => ({ code, told, failed: [...failed] })
    );
  }

  /** Until nothing was renewed for three seconds: what is asked for after a sign-in has come. */
  private async _calm(server: KeepingProcess): Promise<void> {
    let [renewed, since, looked] = ['', 0, 0];
    await until(async () => {
      const { targets } = await server.status();
      const present = targets.map(({ renewedAt }) => renewedAt).join();
      const now = Date.now();
      if (present !== renewed || now - looked > STALL_MS) since = now;
      [renewed, looked] = [present, now];
      return now - since > 3000;
    });
  }

  /** How often the identity provider was asked for anything but its dials. */
  async requests(): Promise<number> {
    const { requests } = await this.iam.control.stats();
    return Object.values(requests).reduce((sum, count) => sum + count, 0);
  }

  /** How often it was asked for this. */
  async requestsFor(path: string): Promise<number> {
    const { requests } = await this.iam.control.stats();
    return requests[path] ?? 0;
  }

  /** How often it has taken a refresh token. */
  async refreshes(): Promise<number> {
    const { grants } = await this.iam.control.stats();
    return grants['refresh_token'] ?? 0;
  }

  /** Whether the test itself takes token files away; else a reader finds one whenever there was one before. */
  removesFiles = false;
  readonly home = mkdtempSync(join(tmpdir(), 'token-faults-'));
  private readonly _reader: Reader;
  private _processes: KeepingProcess[] = [];
}
