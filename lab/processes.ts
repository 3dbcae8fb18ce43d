import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { writePrivate } from './private-file.ts';
import { LabError } from './problem.ts';
import { say, step } from './progress.ts';

/** A server of the lake: how it is started, known to be ready, and stopped. */
export interface IServer {
  name: string;
  title: string;
  command: string[];
  environment?: Record<string, string>;
  cwd?: string;
  user?: { uid: number; gid: number } | undefined;
  /** Whatever else, when changed, needs a restart: the text of its configuration. */
  configuration?: string;
  /** True when it answers. */
  isReady: () => Promise<boolean>;
  stopSignal?: NodeJS.Signals;
  /** Undoes what the process leaves behind when it ends or is killed; called when it does not run. */
  cleanUp?: () => void;
}

interface IPidFile {
  pid: number;
  /** Clock ticks after boot: with the pid, it names one process for as long as the machine is up. */
  startTime: string;
  fingerprint: string;
}

const STOP_SECONDS = 30;
const READY_SECONDS = 180;

/** The processes of one lake, known by pid files in one folder. */
export class Processes {
  constructor(runFolder: string, logFolder: string) {
    this._run = runFolder;
    this._log = logFolder;
  }

  /** The pid if it runs and is the process that we started, else undefined. */
  pidOf(name: string): number | undefined {
    const file = this._read(name);
    return file && startTimeOf(file.pid) === file.startTime ? file.pid : undefined;
  }

  logOf(name: string): string {
    return path.join(this._log, `${name}.log`);
  }

  /** Starts the server unless it runs with the same configuration; answers whether it had to be started. */
  async start(server: IServer): Promise<boolean> {
    const fingerprint = fingerprintOf(server);
    if (this.pidOf(server.name) !== undefined) {
      if (this._read(server.name)?.fingerprint === fingerprint && (await server.isReady()))
        return false;
      await this.stop(server);
    }
    server.cleanUp?.();
    await step(`${server.title} started`, () => this._start(server, fingerprint));
    return true;
  }

  /** Ends the server and returns when it is gone; only a process that we started is ever signalled. */
  async stop(server: Pick<IServer, 'name' | 'title' | 'stopSignal' | 'cleanUp'>): Promise<boolean> {
    const pid = this.pidOf(server.name);
    if (pid !== undefined) {
      await step(`${server.title} stopped`, async () => {
        process.kill(pid, server.stopSignal ?? 'SIGTERM');
        const patience = Date.now() + STOP_SECONDS * 1000;
        while (this.pidOf(server.name) !== undefined) {
          if (Date.now() > patience) {
            say(`${server.title} did not end within ${STOP_SECONDS} s and is killed`);
            killGroup(pid);
          }
          await wait(50);
        }
      });
    }
    server.cleanUp?.();
    rmSync(this._file(server.name), { force: true });
    return pid !== undefined;
  }

  private async _start(server: IServer, fingerprint: string): Promise<void> {
    const log = openSync(this.logOf(server.name), 'a', 0o600);
    const [command, ...args] = server.command;
    const child = spawn(command!, args, {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: server.cwd ?? '/',
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LANG: 'C.UTF-8', ...server.environment },
      ...(server.user ? { uid: server.user.uid, gid: server.user.gid } : {})
    });
    closeSync(log);
    let ended: string | undefined;
    child.on('error', error => (ended = error.message));
    child.on('exit', (code, signal) => (ended = signal ?? `exit status ${code}`));
    if (child.pid !== undefined) {
      const startTime = startTimeOf(child.pid);
      if (startTime !== undefined) {
        writePrivate(
          this._file(server.name),
          JSON.stringify({ pid: child.pid, startTime, fingerprint } satisfies IPidFile)
        );
      }
    }
    child.unref();
    const patience = Date.now() + READY_SECONDS * 1000;
    while (ended === undefined && Date.now() < patience) {
      if (await server.isReady()) return;
      await wait(50);
    }
    throw new LabError(
      `${server.title} did not start (${ended ?? `not ready after ${READY_SECONDS} s`}). ` +
        `The end of ${this.logOf(server.name)}:\n${tail(this.logOf(server.name))}`
    );
  }

  private _read(name: string): IPidFile | undefined {
    try {
      return JSON.parse(readFileSync(this._file(name), 'utf8')) as IPidFile;
    } catch {
      return undefined;
    }
  }

  private _file(name: string): string {
    return path.join(this._run, `${name}.pid`);
  }

  private readonly _run: string;
  private readonly _log: string;
}

/** Field 22 of /proc/PID/stat; undefined for a process that is gone or only waits to be reaped. */
export function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function fingerprintOf(server: IServer): string {
  const what = [server.command, server.environment, server.user, server.configuration];
  return createHash('sha256').update(JSON.stringify(what)).digest('hex');
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}

function tail(file: string): string {
  if (!existsSync(file)) return '';
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
}
