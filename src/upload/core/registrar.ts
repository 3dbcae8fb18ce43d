import { toProblem, type Problem, type ProblemCode } from '../../common/contract/problem.js';
import type { Bell } from './bell.js';
import type { JobDesk } from './engine.js';
import { differs, isSame } from './planning.js';
import type { IFileRecord, IJobRecord, INewReplica, INewRule } from './ports.js';

/** Rucio takes 1,000; half of that keeps each of its transactions short. */
const BATCH = 500;
const LOOK_MS = 50;
/** A batch that does not fill is registered after so long. */
const LONGEST_MS = 2000;

/** To split the batch would only repeat them. */
const OF_ALL: ReadonlySet<ProblemCode> = new Set(['forbidden', 'rse-not-writable', 'not-found']);

/** Tells Rucio of what is at the store, in bulk: from `stored` to `done`, or `moving` from scratch space. */
export class Registrar {
  /** The bell rings when nothing more comes. */
  constructor(
    private readonly _desk: JobDesk,
    private readonly _sent: Bell
  ) {}

  /** Until nothing is left to register and `sending` says that nothing more comes. */
  async run(sending: () => boolean, signal: AbortSignal): Promise<void> {
    const { store, clock } = this._desk.engine;
    const { id } = this._desk;
    let since = clock.elapsed();
    for (;;) {
      signal.throwIfAborted();
      const more = sending();
      const batch = store.files(id, { states: ['stored', 'registered'], limit: BATCH });
      if (batch.length === 0) {
        if (!more) {
          await this._desk.patiently(() => this._keepDataset(signal), signal);
          return;
        }
        since = clock.elapsed();
      } else if (batch.length === BATCH || !more || clock.elapsed() - since >= LONGEST_MS) {
        await this._register(batch, signal);
        since = clock.elapsed();
        continue;
      }
      await this._sent.wait(clock, LOOK_MS, signal);
    }
  }

  private async _register(files: readonly IFileRecord[], signal: AbortSignal): Promise<void> {
    try {
      const stored = files.filter(({ state }) => state === 'stored');
      const registered = files.filter(({ state }) => state === 'registered');
      if (stored.length > 0) {
        registered.push(
          ...(await this._desk.patiently(() => this._catalogue(stored, signal), signal))
        );
      }
      if (registered.length > 0) {
        await this._desk.patiently(() => this._keep(registered, signal), signal);
        this._desk.log('info', `${registered.length} files are in the catalogue.`);
      }
    } catch (error) {
      signal.throwIfAborted();
      const problem = toProblem(error);
      if (files.length === 1 || OF_ALL.has(problem.code)) {
        this._fail(files, problem);
        return;
      }
      // One of them is the reason: each half is tried again.
      const half = Math.ceil(files.length / 2);
      await this._register(this._now(files.slice(0, half)), signal);
      await this._register(this._now(files.slice(half)), signal);
    }
  }

  /** As they are by now: some of them may have come further. */
  private _now(files: readonly IFileRecord[]): IFileRecord[] {
    const numbers = new Set(files.map(({ nr }) => nr));
    return this._desk.engine.store
      .files(this._desk.id, { states: ['stored', 'registered'] })
      .filter(({ nr }) => numbers.has(nr));
  }

  /** Registers and attaches; answers those that the catalogue has now as we have them. */
  private async _catalogue(
    files: readonly IFileRecord[],
    signal: AbortSignal
  ): Promise<IFileRecord[]> {
    const { engine, id, job } = this._desk;
    const { registry } = engine.lake(job.instance);
    const before = await this._compared(files, signal);
    const good = before.filter(({ same }) => same !== false).map(({ file }) => file);
    await registry.register(job.rse!, good.map(asReplica(job)), signal);
    // Rucio compares nothing: somebody may have made the DID in between.
    const fresh = before.filter(({ same }) => same === null).map(({ file }) => file);
    const after = await this._compared(fresh, signal);
    const others = new Set(after.filter(({ same }) => same !== true).map(({ file }) => file.nr));
    const ours = good.filter(({ nr }) => !others.has(nr));
    if (job.plan.dataset !== null && ours.length > 0) {
      await registry.attach(job.plan.dataset, ours.map(asReplica(job)), signal);
    }
    for (const { file, same } of [...before, ...after]) {
      if (same === false) {
        this._fail([file], differs(file.did));
      }
    }
    engine.store.changeFiles(
      id,
      ours.map(({ nr }) => ({ nr, fields: { state: 'registered' } }))
    );
    return ours.map(file => ({ ...file, state: 'registered' }));
  }

  /** null: Rucio does not know the DID. */
  private async _compared(
    files: readonly IFileRecord[],
    signal: AbortSignal
  ): Promise<{ file: IFileRecord; same: boolean | null }[]> {
    if (files.length === 0) {
      return [];
    }
    const { engine, job } = this._desk;
    const { registry } = engine.lake(job.instance);
    const known = await registry.known(
      files.map(({ did }) => did),
      signal
    );
    return files.map(file => {
      const there = known.get(file.did);
      const { adler32, md5, source } = file;
      return {
        file,
        same:
          there === undefined
            ? null
            : there.type === 'FILE' &&
              there.bytes === source.bytes &&
              isSame({ adler32: adler32!, md5 }, there) === true
      };
    });
  }

  private async _keep(files: readonly IFileRecord[], signal: AbortSignal): Promise<void> {
    const { engine, id, job } = this._desk;
    const rules = await this._rules(job, files, signal);
    const state = job.way === 'scratch' ? 'moving' : 'done';
    engine.store.changeFiles(
      id,
      files.map(({ nr, did }) => ({
        nr,
        fields: {
          state,
          ruleId: rules.get(did) ?? null,
          left: state === 'moving',
          problem: null
        }
      }))
    );
  }

  /** A dataset of ours into which only files were attached that were there already. */
  private async _keepDataset(signal: AbortSignal): Promise<void> {
    const { engine, id, job } = this._desk;
    const { dataset } = job.plan;
    const wanted = dataset !== null && job.datasetMade && job.way !== 'scratch';
    if (wanted && job.ruleId === null && engine.store.count(id, ['done', 'skipped']) > 0) {
      const made = await engine.lake(job.instance).registry.keep([dataset], ruleOf(job), signal);
      engine.store.change(id, { ruleId: made.get(dataset) ?? null });
    }
  }

  /** The rules that keep these files: one on the dataset where that is ours, or keeps them already; else one on each. */
  private async _rules(
    job: IJobRecord,
    files: readonly IFileRecord[],
    signal: AbortSignal
  ): Promise<ReadonlyMap<string, string>> {
    const { engine, id } = this._desk;
    const { registry } = engine.lake(job.instance);
    const { dataset } = job.plan;
    const rule = ruleOf(job);
    if (dataset !== null && job.way !== 'scratch') {
      if (job.datasetMade) {
        if (job.ruleId === null) {
          const made = await registry.keep([dataset], rule, signal);
          engine.store.change(id, { ruleId: made.get(dataset) ?? null });
        }
        return new Map();
      }
      this._kept ??= await registry.isKept(dataset, job.rse!, signal);
      if (this._kept) {
        return new Map();
      }
    }
    return registry.keep(
      files.map(({ did }) => did),
      rule,
      signal
    );
  }

  private _fail(files: readonly IFileRecord[], problem: Problem): void {
    const { engine, id } = this._desk;
    engine.store.changeFiles(
      id,
      files.map(({ nr }) => ({ nr, fields: { state: 'failed', problem } }))
    );
    for (const { did, source } of files.slice(0, 20)) {
      this._desk.log('error', `${did} (${source.path}): ${problem.message}`);
    }
  }

  /** The dataset that was there before is kept at the destination by a rule of this account. */
  private _kept: boolean | null = null;
}

const asReplica =
  ({ way }: IJobRecord) =>
  ({ did, source, adler32, md5, pfn }: IFileRecord): INewReplica => ({
    did,
    bytes: source.bytes,
    adler32: adler32!,
    md5,
    pfn: way === 'scratch' ? pfn : null
  });

function ruleOf({ plan, rse, way }: IJobRecord): INewRule {
  const { copies, lifetimeSeconds, activity, rseExpression } = plan;
  const here = way !== 'scratch' && copies === 1;
  return {
    rseExpression: here ? rse! : rseExpression,
    copies,
    lifetimeSeconds,
    activity,
    source: way === 'scratch' ? rse : null,
    purge: false
  };
}
