import { execFile, type ExecFileException } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ILake, Policy, Profile } from '../../lab/lake.ts';
import { RucioAccount } from './rucio-account.ts';

const CHECKOUT = process.cwd();
const NOBODY = 65534;
/** Far from the lakes that people start, so that tests run beside them. */
const PORT_BASE = Number(process.env['LAB_TEST_PORT_BASE'] ?? 18700);

/** What a program printed and how it ended. */
export interface IResult {
  status: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end, whatever that is; as root, `uid` makes it another user's. */
export function run(
  command: string[],
  options: { uid?: number; environment?: NodeJS.ProcessEnv } = {}
): Promise<IResult> {
  const [program, ...words] = command;
  const user =
    options.uid !== undefined && process.getuid?.() === 0
      ? { uid: options.uid, gid: options.uid }
      : {};
  return new Promise(resolve => {
    execFile(
      program!,
      words,
      { ...user, cwd: '/', env: options.environment ?? process.env, timeout: 280_000 },
      (error: ExecFileException | null, stdout, stderr) => {
        const status = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
        resolve({ status, stdout, stderr });
      }
    );
  });
}

/** Runs a program as a user who has nothing to do with the lake (as ourselves where we may not change that). */
export const runAsNobody = (command: string[]): Promise<IResult> =>
  run(command, { uid: NOBODY, environment: { PATH: '/usr/bin:/bin', HOME: '/tmp' } });

/** A lake of the tests' own. */
export class TestLake {
  constructor(profile: Profile) {
    this._profile = profile;
    this._portBase = PORT_BASE + (profile === 'full' ? 10 : 0);
    this._folder = path.join(
      process.env['LAB_TEST_FOLDER'] ?? path.join(CHECKOUT, '.lab'),
      `t-${profile}`
    );
  }

  /** Runs `node lab/main.ts` on this lake. */
  lab(...words: string[]): Promise<IResult> {
    return run([
      path.join(CHECKOUT, '.venv/bin/node'),
      path.join(CHECKOUT, 'lab/main.ts'),
      `--profile=${this._profile}`,
      `--dir=${this._folder}`,
      `--port-base=${this._portBase}`,
      ...words
    ]);
  }

  async up(policy: Policy): Promise<void> {
    const { status, stderr } = await this.lab('up', `--policy=${policy}`);
    if (status !== 0) throw new Error(stderr);
  }

  async destroy(): Promise<void> {
    await this.lab('down', '--purge');
  }

  get lake(): ILake {
    return JSON.parse(readFileSync(path.join(this._folder, 'lake.json'), 'utf8')) as ILake;
  }

  secret(name: string): string {
    return readFileSync(path.join(this.lake.folders.secrets, name), 'utf8').trim();
  }

  /** Signs in. */
  account(name: string): Promise<RucioAccount> {
    return RucioAccount.signIn(this.lake.rucioUrl, name, this.secret(name), () => this._state());
  }

  /** What runs, and the end of each log. */
  private async _state(): Promise<string> {
    const { stdout } = await this.lab('status');
    const { log } = this.lake.folders;
    const ends = readdirSync(log).map(
      name => `== ${name}\n${readFileSync(path.join(log, name), 'utf8').slice(-1500)}`
    );
    return [stdout, ...ends].join('\n');
  }

  /** The processes among these that have not ended (one that waits to be reaped has). */
  static alive(pids: number[]): number[] {
    return pids.filter(pid => {
      try {
        return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
      } catch {
        return false;
      }
    });
  }

  /** The pids that `lab status` names. */
  async pids(): Promise<number[]> {
    const { stdout } = await this.lab('status');
    return [...stdout.matchAll(/running, process (\d+)/g)].map(match => Number(match[1]));
  }

  private readonly _profile: Profile;
  private readonly _portBase: number;
  private readonly _folder: string;
}
