import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SourceFiles } from '../../adapters/files/source-files.js';
import { MemoryRegistry } from '../../adapters/rucio/memory-registry.js';
import { MemoryRsesToWrite } from '../../adapters/rucio/memory-rses-to-write.js';
import { FakeOwnership } from '../../adapters/state/fake-ownership.js';
import { SqliteUploadStore } from '../../adapters/state/upload-store.js';
import { InlineMover } from '../../adapters/store/inline-mover.js';
import { MemoryStore } from '../../adapters/store/memory-store.js';
import { Stores } from '../../adapters/store/stores.js';
import type { IClock } from '../../common/core/clock.js';
import { NO_LOG } from '../../common/core/log.js';
import { ENDED, UploadPlan, type Job, type UploadPlan as Plan } from '../contract.js';
import type { IUploadLake } from '../core/engine.js';
import { Lanes } from '../core/lanes.js';
import type { IUploadStore } from '../core/ports.js';
import type { IScratch } from '../core/scratch-place.js';
import { Uploads } from '../core/uploads.js';

/** Real time, in which nobody waits long. */
export class ShortClock implements IClock {
  now(): number {
    return Math.round(Date.now() + this._skipped);
  }

  elapsed(): number {
    return performance.now() + this._skipped;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await sleep(1);
    this._skipped += milliseconds;
    signal?.throwIfAborted();
  }

  private _skipped = 0;
}

export interface IProcess {
  uploads: Uploads;
  store: SqliteUploadStore;
  /** It ends as by SIGKILL: nothing of it has an effect any more. */
  kill(): Promise<void>;
}

/** A user's machine, a lake in memory, and processes that may be killed. */
export class UploadRig {
  constructor(scratch: readonly Omit<IScratch, 'path'>[] = []) {
    this.scratch = scratch.map(folder => ({ ...folder, path: join(this.folder, 'scratch') }));
    this.registry = new MemoryRegistry({
      clock: this.clock,
      rses: {
        DISK: { scheme: 'davs', quotaBytes: 1_000_000 },
        SCRATCHDISK: { deterministic: false, scheme: 'root', quotaBytes: 1_000_000 }
      },
      scopes: { 'user.alice': 'alice', 'user.bob': 'bob' }
    });
  }

  readonly clock = new ShortClock();
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'uploads-')));
  readonly registry: MemoryRegistry;
  readonly lakeStore = new MemoryStore();
  readonly scratch: readonly IScratch[];

  readonly mover = new InlineMover();
  readonly files = new SourceFiles((source, md5, signal) => this.mover.sums(source, md5, signal));

  get lake(): IUploadLake {
    return {
      identity: 'lake alice',
      registry: this.registry,
      rses: new MemoryRsesToWrite(this.registry),
      stores: new Stores([{ schemes: ['davs'], store: this.lakeStore }]),
      scratch: this.scratch
    };
  }

  /** Writes a file below the root folder. */
  write(path: string, text: string): void {
    const whole = join(this.folder, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text);
  }

  /** `wrap` may stand between the process and its list. */
  process(
    wrap: (store: IUploadStore, die: () => void) => IUploadStore = store => store,
    atOnce = 4
  ): IProcess {
    const end = new AbortController();
    const dead = new Error('killed');
    const die = () => end.abort(dead);
    const store = new SqliteUploadStore(join(this.folder, '.state', 'uploads.sqlite'));
    const uploads = new Uploads({
      engine: {
        store: wrap(store, die),
        files: this.files,
        clock: this.clock,
        random: () => 0.123456789,
        here: { client: 'jupyterlab-datalake 1', host: 'here' },
        lake: () => this.lake,
        ...{ atOnce, lanes: new Lanes(atOnce), pace: null, md5: false }
      },
      ownership: new FakeOwnership(this._slot),
      log: NO_LOG,
      newId: () => `job${String(++this._jobs).padStart(9, '0')}`,
      onChange: () => undefined
    });
    const work = uploads.run(end.signal).catch((error: unknown) => {
      if (error !== dead) {
        throw error;
      }
    });
    return {
      uploads,
      store,
      kill: async () => {
        die();
        await work;
        this._slot.owner = null;
        store.close();
      }
    };
  }

  /** Everything below `data`, to DISK. */
  plan(fields: Partial<Plan> = {}): Plan {
    return UploadPlan.parse({
      sources: ['data'],
      scope: 'user.alice',
      rseExpression: 'DISK',
      ...fields
    });
  }

  start({ uploads }: IProcess, fields: Partial<Plan> = {}): Job {
    return uploads.start('default', this.plan(fields), this.folder);
  }

  async until({ uploads }: IProcess, id: string, holds: (job: Job) => boolean): Promise<Job> {
    for (;;) {
      const job = uploads.show(id);
      if (holds(job)) {
        return job;
      }
      await sleep(1);
    }
  }

  ended(process: IProcess, id: string): Promise<Job> {
    return this.until(process, id, ({ state }) => ENDED.has(state));
  }

  /** What the lake has of a file: its bytes by the PFN that Rucio would find it by; null: nothing. */
  async stored(did: string): Promise<string | null> {
    const rses = new MemoryRsesToWrite(this.registry);
    const signal = new AbortController().signal;
    const { protocols } = await rses.facts('DISK', signal);
    const [pfn] = await rses.pfns('DISK', protocols[0], [did], signal);
    return this.lakeStore.files.get(pfn)?.toString() ?? null;
  }

  text(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private readonly _slot: { owner: FakeOwnership | null } = { owner: null };
  private _jobs = 0;
}
