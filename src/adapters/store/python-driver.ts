import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { DataLakeError } from '../../common/contract/problem.js';
import type { ISource } from '../../upload/core/ports.js';
import { Conversation } from './conversation.js';
import { clientError } from './client-errors.js';

/** A Python with one of our programs for it (jupyterlab_datalake/drivers). */
export interface IDriverProgram {
  python: string;
  program: string;
  /** All that it is given. */
  env: Readonly<Record<string, string>>;
}

/** To what, in the driver's own words (a URL, or RSE, scheme and PFN). */
export type DriverOrder<To extends object> = To &
  (
    | { do: 'put'; source: ISource; md5: boolean; paced: boolean }
    | { do: 'look'; bytes: number }
    | { do: 'remove' }
  );

const Failed = z.object({
  id: z.number(),
  failed: z.object({
    kind: z.enum(['cancelled', 'gone', 'changed', 'unreadable', 'store']),
    text: z.string().default(''),
    exit: z.number().default(0),
    number: z.number().nullish()
  })
});
const Bug = z.object({ id: z.number(), bug: z.string() });
type Failure = z.output<typeof Failed> | z.output<typeof Bug>;
const Word = z.union([
  z.object({ id: z.number(), progress: z.number() }),
  z.object({ id: z.number(), takes: z.number() }),
  Failed,
  Bug,
  z.object({ id: z.number(), done: z.unknown() })
]);

/** Until a process that nothing is asked of is ended. */
const IDLE_MS = 30_000;

/** One process of a client in Python, with what that starts. Ends with this process, or when it was idle for a while. */
export class PythonDriver {
  constructor(
    { python, program, env }: IDriverProgram,
    private readonly _onGone: () => void,
    idleMs = IDLE_MS
  ) {
    const child = spawn(python, ['-I', program], {
      ...{ env, detached: true },
      stdio: ['pipe', 'pipe', 'ignore']
    });
    this._child = child;
    const pipes = [child.stdin, child.stdout] as unknown as { ref(): void; unref(): void }[];
    const hold = (busy: boolean) => {
      [child, ...pipes].forEach(each => (busy ? each.ref() : each.unref()));
      clearTimeout(this._idle);
      this._idle = busy ? undefined : setTimeout(() => this.end(), idleMs).unref();
    };
    hold(false);
    this._conversation = new Conversation<Failure>(
      { post: word => child.stdin.write(`${JSON.stringify(word)}\n`), hold },
      errorOf
    );
    const end = (cause: Error) => {
      clearTimeout(this._idle);
      _onGone();
      this._conversation.end(cause);
    };
    child.once('exit', () => end(new Error('the process has ended')));
    child.once('error', end);
    child.stdin.on('error', () => undefined);
    createInterface({ input: child.stdout }).on('line', line => this._hear(line));
  }

  /** Orders that are not carried out yet. */
  get busy(): number {
    return this._conversation.busy;
  }

  ask<T>(order: object, ...rest: AskRest): Promise<T> {
    return this._conversation.ask<T>(order, ...rest);
  }

  /** What it is busy with is broken off. */
  end(): void {
    // Nobody asks it anything any more.
    this._onGone();
    const { pid } = this._child;
    try {
      // The whole group: clients start programs of their own.
      process.kill(-(pid ?? NaN), 'SIGKILL');
    } catch {
      this._child.kill('SIGKILL');
    }
  }

  private _hear(line: string): void {
    let word: unknown;
    try {
      word = JSON.parse(line);
    } catch {
      // XRootD's own libraries may write there, too.
      return;
    }
    const known = Word.safeParse(word);
    if (known.success) {
      this._conversation.hear(known.data);
    }
  }

  private _idle: NodeJS.Timeout | undefined;
  private readonly _child: ChildProcess;
  private readonly _conversation: Conversation<Failure>;
}

type AskRest = Parameters<Conversation<Failure>['ask']> extends [object, ...infer R] ? R : never;

function errorOf(failure: Failure): Error {
  if ('bug' in failure) {
    return new DataLakeError('store-failed', "The store's client failed.", { detail: failure.bug });
  }
  const { kind, text, exit, number } = failure.failed;
  switch (kind) {
    case 'cancelled':
      return new DataLakeError('cancelled', 'Cancelled.');
    case 'gone':
      return new DataLakeError('source-changed', 'The file is gone: it cannot be uploaded.');
    case 'changed':
      return new DataLakeError(
        'source-changed',
        'The file is not what it was when it was put on the list: it is not uploaded. Upload it again.'
      );
    case 'unreadable':
      return new DataLakeError('source-unreadable', 'The file cannot be read.', { detail: text });
    case 'store':
      return clientError(exit, number ?? 0, text);
  }
}
