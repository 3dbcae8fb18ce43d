import {
  DataLakeError,
  toProblem,
  type Problem,
  type ProblemCode
} from '../../common/contract/problem.js';
import { checkMove, chooseDestination, destinations } from './destination.js';
import type { JobDesk } from './engine.js';
import { absolute, candidates, differs, isSame, shownPath, type ICandidate } from './planning.js';
import type { IFileRecord, IJobRecord, INewReplica, NewFile } from './ports.js';
import { scratchOf } from './scratch-place.js';

/** To wait would help nobody: a person decides, and tries again. */
const FINAL: ReadonlySet<ProblemCode> = new Set([
  'quota-exceeded',
  'no-way-to-store',
  'store-full',
  'not-signed-in',
  'sign-in-refused',
  'credential-unusable',
  'credential-ended',
  'token-refused'
]);

/** Finds what a job is made of, and everything that can be wrong with it before anything is sent. */
export class JobPlanner {
  constructor(private readonly _desk: JobDesk) {}

  /** After it the job is `running`. Throws DataLakeError for what stops all of it. */
  async run(signal: AbortSignal): Promise<void> {
    const { store } = this._desk.engine;
    const { id } = this._desk;
    // All files are put on the list together. What is there is of a planning that ended: those that failed are tried again.
    const before = new Map(store.files(id).map(file => [file.source.path, file] as const));
    await this._desk.patiently(() => this._plan(before, signal), signal, FINAL);
    store.change(id, { state: 'running', planned: true, problem: null });
  }

  private async _plan(
    before: ReadonlyMap<string, IFileRecord>,
    signal: AbortSignal
  ): Promise<void> {
    const { engine, id, job } = this._desk;
    const { store, files } = engine;
    const { plan, root, instance } = job;
    const lake = engine.lake(instance);
    const again = before.size > 0;
    const found: ICandidate[] = [];
    const planner = {
      registry: lake.registry,
      files,
      claimed: (dids: readonly string[]) => store.claimed(instance, dids, id),
      wants: (path: string) => !again || before.get(path)?.state === 'failed'
    };
    const scratch = scratchOf(
      plan.sources.map(source => absolute(source, root)),
      lake.scratch
    );
    // What is done and what was begun is at one RSE.
    const wanted =
      again && job.rse !== null ? { rseExpression: job.rse, protocol: job.scheme } : plan;
    const asked = scratch === null ? destinations(lake.rses, lake.stores, wanted, signal) : null;
    // It counts only where something is to be sent.
    asked?.catch(() => undefined);
    for await (const batch of candidates(plan, root, planner, signal)) {
      found.push(...batch);
    }
    const coming = found.filter(({ fate }) => fate === 'new' || fate === 'same');
    const bytes = found.reduce(
      (sum, { fate, source }) => sum + (fate === 'new' ? source!.bytes : 0),
      0
    );
    if (scratch !== null) {
      await checkMove(lake.rses, plan.rseExpression, bytes, signal);
      store.change(id, { way: 'scratch', rse: scratch.rse, scheme: null });
    } else if (asked !== null && coming.length > 0) {
      const chosen = await chooseDestination(await asked, lake.stores, wanted, bytes);
      chosen.store.prepare?.();
      store.change(id, { way: 'send', rse: chosen.facts.rse, scheme: chosen.scheme });
    }
    if (plan.dataset !== null && coming.length > 0) {
      await this._dataset(plan.dataset, signal);
    }
    const rows = await this._rows(found, signal);
    if (again) {
      store.changeFiles(id, changes(before, rows));
    } else {
      store.addFiles(id, rows);
    }
    this._tell(found);
    const { way, rse, scheme } = this._desk.job;
    this._desk.log(
      'info',
      `${coming.length} of ${found.length} files to do, ${bytes} bytes, to ${way === 'send' ? `${rse} by ${scheme}` : `${plan.rseExpression} by the lake's own copies from ${rse}`}.`
    );
  }

  private async _dataset(dataset: string, signal: AbortSignal): Promise<void> {
    const { engine, id, job } = this._desk;
    const { registry } = engine.lake(job.instance);
    const there = (await registry.known([dataset], signal)).get(dataset);
    if (there === undefined) {
      // First the note: a dataset that we have made and forgotten would never be removed.
      engine.store.change(id, { datasetMade: true });
      await registry.createDataset(dataset, signal);
      this._desk.log('info', `Made the dataset ${dataset}.`);
      return;
    }
    if (there.type !== 'DATASET') {
      throw new DataLakeError(
        'conflict',
        `${dataset} is a ${there.type.toLowerCase()}, and files are attached to datasets only: choose another name.`
      );
    }
    if (!there.open || there.ending) {
      throw new DataLakeError(
        'conflict',
        `The dataset ${dataset} ${there.ending ? 'is being erased' : 'is closed, and takes no more files'}: choose another one, or open it.`
      );
    }
  }

  private async _rows(found: readonly ICandidate[], signal: AbortSignal): Promise<NewFile[]> {
    const same = await this._sameFiles(
      found.filter(({ fate }) => fate === 'same'),
      signal
    );
    return found
      .filter(({ fate }) => fate !== 'left-out')
      .map(candidate => {
        const { path, source, did, fate, problem } = candidate;
        const row = {
          source: source ?? { path, bytes: 0, modifiedNs: '0', inode: '0' },
          did: did ?? ''
        };
        if (fate === 'new') {
          return row;
        }
        return same.get(candidate) ?? { ...row, state: 'failed', isNew: false, problem };
      });
  }

  /** Those whose size is that of a file in Rucio: their checksums say what becomes of them. */
  private async _sameFiles(
    alike: readonly ICandidate[],
    signal: AbortSignal
  ): Promise<ReadonlyMap<ICandidate, NewFile>> {
    const { engine, job } = this._desk;
    const { registry } = engine.lake(job.instance);
    const rows = new Map<ICandidate, NewFile>();
    const equal: { candidate: ICandidate; replica: INewReplica }[] = [];
    for (const candidate of alike) {
      const { source, did, known } = candidate as {
        source: NewFile['source'];
        did: string;
      } & ICandidate;
      const row = { source, did, isNew: false };
      try {
        const sums = await engine.files.sums(source, known!.adler32 === null || engine.md5, signal);
        if (isSame(sums, known!) === true) {
          equal.push({ candidate, replica: { did, bytes: source.bytes, ...sums, pfn: null } });
        } else {
          rows.set(candidate, { ...row, state: 'failed', problem: differs(did) });
        }
      } catch (error) {
        rows.set(candidate, { ...row, state: 'failed', problem: toProblem(error) });
      }
    }
    for (let at = 0; at < equal.length; at += 500) {
      const batch = equal.slice(at, at + 500);
      const dids = batch.map(({ replica }) => replica.did);
      const states = await registry.replicas(dids, job.rse!, signal);
      const there = batch.filter(({ replica }) => states.get(replica.did) === 'AVAILABLE');
      if (job.plan.dataset !== null && there.length > 0) {
        await registry.attach(
          job.plan.dataset,
          there.map(({ replica }) => replica),
          signal
        );
      }
      const unkept = await this._unkept(there, signal);
      for (const { candidate, replica } of batch) {
        const { did, bytes, adler32, md5 } = replica;
        rows.set(candidate, {
          source: candidate.source!,
          did,
          isNew: false,
          // All of it is there but the rule that keeps it.
          ...(unkept.has(did)
            ? { state: 'registered', sent: bytes, adler32, md5 }
            : fateOn(job, did, states.get(did)))
        });
      }
    }
    return rows;
  }

  /** Files that are there by accident: an upload that failed has left them. A new dataset's rule keeps all that is in it. */
  private async _unkept(
    there: readonly { replica: INewReplica }[],
    signal: AbortSignal
  ): Promise<ReadonlySet<string>> {
    const { engine, job } = this._desk;
    if (there.length === 0 || job.way === 'scratch' || job.datasetMade) {
      return new Set();
    }
    const { registry } = engine.lake(job.instance);
    const dids = there.map(({ replica }) => replica.did);
    return registry.unkept(dids, job.rse!, signal);
  }

  private _tell(found: readonly ICandidate[]): void {
    const { job } = this._desk;
    for (const { path, fate, problem } of found) {
      if (fate === 'left-out' || fate === 'refused' || fate === 'other') {
        const level = fate === 'left-out' ? 'info' : 'error';
        this._desk.log(level, `${shownPath(path, job.root)}: ${problem?.message}`);
      }
    }
  }
}

/** What becomes of files that had failed. */
function changes(before: ReadonlyMap<string, IFileRecord>, rows: readonly NewFile[]) {
  const found = new Map(rows.map(row => [row.source.path, row] as const));
  return [...before.values()]
    .filter(({ state }) => state === 'failed')
    .map(({ nr, source, left, isNew }) => {
      const row = found.get(source.path);
      if (row === undefined || row.state === 'failed') {
        // Of what may be left of it, all is known that the cleaning needs.
        return { nr, fields: { problem: row?.problem ?? gone(source.path) } };
      }
      const fresh = { problem: null, tries: 0, notBefore: 0, sent: 0, adler32: null, md5: null };
      const fields = { state: 'waiting' as const, isNew: true, ...fresh, ...row };
      return { nr, fields: left ? { ...fields, isNew } : fields };
    });
}

const gone = (path: string): Problem => ({ code: 'not-found', message: `There is no ${path}.` });

/**
 * Of a file that Rucio knows, with this content, by what it has of it at the RSE. One that is in scratch space
 * already, e.g. of an upload that failed, has still to be copied.
 */
function fateOn(
  { rse, way }: IJobRecord,
  did: string,
  state: string | undefined
): Partial<NewFile> {
  if (state === undefined || (state === 'AVAILABLE' && way === 'scratch')) {
    return {};
  }
  if (state === 'AVAILABLE') {
    return { state: 'skipped' };
  }
  const why =
    state === 'BEING_DELETED'
      ? 'is being deleted there: try again in some minutes'
      : `is ${state} there, which somebody else has begun: choose another destination`;
  return {
    state: 'failed',
    problem: { code: 'conflict', message: `${did} is known at ${rse}, but ${why}.` }
  };
}
