import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import type { IMountProber, MountLook, Seen } from '../../availability/core/ports.js';
import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';

export interface IMountProberOptions {
  path: string;
  /** The program that looks: prober-main.ts, or what it was bundled into. */
  program: string;
  clock: IClock;
  startMs?: number;
  deadlineMs?: number;
  idleMs?: number;
}

/** To start takes seconds on a busy machine, and says nothing of the mount. */
const START_MS = 30_000;
const DEADLINE_MS = 5000;
const IDLE_MS = 30_000;
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 60_000;
/** Processes that not even SIGKILL ends, because the kernel waits for the mount. */
const MOST_HANGING = 2;
const BATCH = 200;

const Ready = z.object({ ready: z.literal(true) });
type Ready = z.output<typeof Ready>;

const Reply = z.object({
  id: z.number(),
  seen: z.array(z.union([z.number(), z.enum(['missing', 'denied'])])).optional(),
  mount: z.enum(['there', 'missing', 'empty-and-not-mounted']).optional(),
  failed: z.string().optional()
});
type Reply = z.output<typeof Reply>;

/** null: that is none of ours. */
function parse(line: string): Ready | Reply | null {
  try {
    return z.union([Ready, Reply]).parse(JSON.parse(line));
  } catch {
    return null;
  }
}

interface IChild {
  process: ChildProcess;
  /** Aborted when it takes questions, or is lost. */
  starting: AbortController;
  /** Resolves with that. */
  ready: Promise<void>;
}

interface IWaiting {
  resolve: (reply: Reply) => void;
  reject: (error: DataLakeError) => void;
}

/**
 * Looks at one mount through a child process: started at the first look, ended when nobody has looked
 * for a while, killed when it does not start or answer in time. After that it pauses, longer each time.
 */
export class MountProber implements IMountProber {
  constructor(private readonly _options: IMountProberOptions) {}

  async look(paths: readonly string[]): Promise<readonly Seen[]> {
    const seen: Seen[] = [];
    for (let start = 0; start < paths.length; start += BATCH) {
      const some = paths.slice(start, start + BATCH);
      const reply = await this._ask({ look: some });
      if (reply.seen?.length !== some.length) {
        throw this._unfit(reply);
      }
      seen.push(...reply.seen);
    }
    return seen;
  }

  async lookAtMount(): Promise<MountLook> {
    const reply = await this._ask({ mount: this._options.path });
    if (reply.mount === undefined) {
      throw this._unfit(reply);
    }
    return reply.mount;
  }

  /** Ends the child. */
  dispose(): void {
    this._idle?.abort();
    this._child?.process.kill('SIGKILL');
  }

  private _ask(question: object): Promise<Reply> {
    const { clock, deadlineMs = DEADLINE_MS } = this._options;
    if (clock.now() < this._pausedUntil) {
      return Promise.reject(this._notAnswering());
    }
    const child = this._running();
    if (child === null) {
      return Promise.reject(this._notAnswering());
    }
    const id = ++this._id;
    const done = new AbortController();
    return new Promise<Reply>((resolve, reject) => {
      this._waiting.set(id, { resolve, reject });
      child.process.stdin?.write(`${JSON.stringify({ id, ...question })}\n`);
      child.ready
        .then(() => clock.sleep(deadlineMs, done.signal))
        .then(
          () => this._waiting.has(id) && this._giveUp(child),
          () => undefined
        );
    }).finally(() => {
      done.abort();
      this._rest(child);
    });
  }

  /** The child, started if need be; null: too many of them hang. */
  private _running(): IChild | null {
    this._idle?.abort();
    if (this._child !== null) {
      return this._child;
    }
    if (this._alive >= MOST_HANGING) {
      return null;
    }
    const { program, clock, startMs = START_MS } = this._options;
    const started = spawn(process.execPath, [program], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {}
    });
    const starting = new AbortController();
    const ready = clock.sleep(startMs, starting.signal).then(
      () => this._giveUp(child),
      () => undefined
    );
    const child: IChild = { process: started, starting, ready };
    this._alive++;
    this._child = child;
    started.once('exit', () => {
      this._alive--;
      this._lose(child);
    });
    started.once('error', () => this._lose(child));
    started.stdin.on('error', () => this._lose(child));
    createInterface({ input: started.stdout }).on('line', line => this._hear(child, line));
    started.unref();
    for (const stream of [started.stdin, started.stdout]) {
      (stream as unknown as { unref?: () => void }).unref?.();
    }
    return child;
  }

  private _hear({ starting }: IChild, line: string): void {
    const heard = parse(line);
    if (heard === null) {
      return;
    }
    starting.abort();
    if ('ready' in heard) {
      return;
    }
    this._pause = FIRST_PAUSE_MS;
    this._waiting.get(heard.id)?.resolve(heard);
    this._waiting.delete(heard.id);
  }

  private _giveUp(child: IChild): void {
    this._pausedUntil = this._options.clock.now() + this._pause;
    this._pause = Math.min(this._pause * 2, LONGEST_PAUSE_MS);
    child.process.kill('SIGKILL');
    this._lose(child);
  }

  private _lose(child: IChild): void {
    child.starting.abort();
    if (this._child !== child) {
      return;
    }
    this._child = null;
    const waiting = [...this._waiting.values()];
    this._waiting.clear();
    waiting.forEach(({ reject }) => reject(this._notAnswering()));
  }

  /** Ends the child when nobody has looked for a while. */
  private _rest(child: IChild): void {
    const { clock, idleMs = IDLE_MS } = this._options;
    if (this._waiting.size > 0 || this._child !== child) {
      return;
    }
    this._idle?.abort();
    this._idle = new AbortController();
    clock.sleep(idleMs, this._idle.signal).then(
      () => {
        if (this._child === child && this._waiting.size === 0) {
          this._child = null;
          child.process.stdin?.end();
        }
      },
      () => undefined
    );
  }

  private _notAnswering(): DataLakeError {
    return new DataLakeError(
      'mount-not-answering',
      `The mount ${this._options.path} does not answer: it is looked at again soon; if that lasts, tell your administrator.`
    );
  }

  private _unfit({ failed }: Reply): DataLakeError {
    return new DataLakeError(
      'mount-not-answering',
      `The mount ${this._options.path} answers with an error: tell your administrator.`,
      { detail: failed }
    );
  }

  private readonly _waiting = new Map<number, IWaiting>();
  private _child: IChild | null = null;
  private _alive = 0;
  private _id = 0;
  private _pausedUntil = -Infinity;
  private _pause = FIRST_PAUSE_MS;
  private _idle: AbortController | null = null;
}
