import { DataLakeError, toProblem } from '../../common/contract/problem.js';
import type { FileState } from '../contract.js';
import type { JobDesk } from './engine.js';
import { isSame } from './planning.js';
import type { IFileRecord, IKnown, IUploadStore } from './ports.js';

/** Erasing is dear for Rucio (12 s for 1,000). */
const BATCH = 200;

const UNDONE: readonly FileState[] = [
  'waiting',
  'sending',
  'stored',
  'registered',
  'moving',
  'cleaning',
  'failed'
];

/**
 * Takes back what was begun and did not get done: bytes at the store, and what the catalogue has of them. What somebody
 * else has made is never touched, and files that are done stay.
 */
export class Cleaner {
  constructor(private readonly _desk: JobDesk) {}

  /** All that was not done: for a job that is given up. */
  async cancel(signal: AbortSignal): Promise<void> {
    const { store } = this._desk.engine;
    const { id } = this._desk;
    await this._clean(UNDONE, signal);
    const { job } = this._desk;
    if (this._stay > 0) {
      throw new DataLakeError('forbidden', stays(this._stay, job.rse!));
    }
    const { dataset } = job.plan;
    if (job.datasetMade && dataset !== null && store.count(id, ['done', 'skipped']) === 0) {
      const { registry } = this._desk.engine.lake(job.instance);
      await this._desk.patiently(() => registry.erase([dataset], signal), signal);
      store.change(id, { datasetMade: false });
    }
  }

  /** What files that failed have left. What cannot be removed now stays noted. */
  async afterFailures(signal: AbortSignal): Promise<void> {
    try {
      await this._clean(['failed', 'cancelled'], signal, true);
    } catch (error) {
      signal.throwIfAborted();
      this._desk.log(
        'warning',
        `Something of the files that failed may be left at the store: ${toProblem(error).message} It is tried again when the upload is retried or removed.`
      );
    }
  }

  private async _clean(
    states: readonly FileState[],
    signal: AbortSignal,
    once = false
  ): Promise<void> {
    const { store } = this._desk.engine;
    const { id } = this._desk;
    const left = store.files(id, { states }).filter(file => file.left);
    for (let at = 0; at < left.length; at += BATCH) {
      const batch = left.slice(at, at + BATCH);
      const work = () => this._remove(batch, signal);
      await (once ? work() : this._desk.patiently(work, signal));
      store.changeFiles(
        id,
        batch.map(({ nr }) => ({ nr, fields: { left: false } }))
      );
    }
  }

  private async _remove(files: readonly IFileRecord[], signal: AbortSignal): Promise<void> {
    const { engine, job } = this._desk;
    const { registry, stores } = engine.lake(job.instance);
    const known = await registry.known(
      files.map(({ did }) => did),
      signal
    );
    const replicas = await registry.replicas([...known.keys()], job.rse!, signal);
    const registered = files.filter(({ did }) => replicas.has(did));
    const ours = registered.filter(file => isOurs(file, known.get(file.did)));
    const erased = ours.filter(({ isNew }) => isNew).map(({ did }) => did);
    const released = ours.filter(({ isNew }) => !isNew).map(({ did }) => did);
    if (job.way === 'scratch') {
      await this._forget(erased, signal);
      return;
    }
    if (erased.length > 0) {
      await registry.erase(erased, signal);
    }
    if (released.length > 0) {
      const rule = {
        ...{ rseExpression: job.rse!, copies: 1, activity: null, source: null },
        ...{ lifetimeSeconds: 1, purge: true }
      };
      await registry.keep(released, rule, signal);
    }
    const store = await stores.of(job.rse!, job.scheme!);
    for (const { did, pfn } of files) {
      // With a replica in the catalogue the bytes are Rucio's, or somebody else's.
      if (!replicas.has(did) && pfn !== null) {
        await store.remove({ rse: job.rse!, scheme: job.scheme!, pfn }, signal);
      }
    }
  }

  /**
   * The files in scratch space are the person's: Rucio, which would remove them with their DIDs, has to forget first that they
   * are there.
   */
  private async _forget(dids: readonly string[], signal: AbortSignal): Promise<void> {
    if (dids.length === 0) {
      return;
    }
    const { engine, job } = this._desk;
    const { registry } = engine.lake(job.instance);
    try {
      await registry.forget(dids, job.rse!, signal);
    } catch (error) {
      if (toProblem(error).code !== 'forbidden') {
        throw error;
      }
      this._stay += dids.length;
      return;
    }
    // What the lake has copied meanwhile.
    const known = await registry.known(dids, signal);
    if (known.size > 0) {
      await registry.erase([...known.keys()], signal);
    }
  }

  /** Files in scratch space that Rucio goes on knowing. */
  private _stay = 0;
}

const stays = (files: number, rse: string) =>
  `${files} files stay registered at ${rse}: Rucio's policy leaves it to administrators to take that back. The files themselves are untouched, and copies that the lake has begun come to their end. Upload them again to go on with them.`;

/** What is not done, and did not fail, never will be. What may be left of it stays noted. */
export function giveUp(store: IUploadStore, id: string): void {
  const undone = store.files(id, { states: UNDONE.filter(state => state !== 'failed') });
  store.changeFiles(
    id,
    undone.map(({ nr }) => ({ nr, fields: { state: 'cancelled', sent: 0 } }))
  );
}

/** A replica of another content is somebody else's. */
function isOurs({ adler32, md5 }: IFileRecord, known: IKnown | undefined): boolean {
  return known !== undefined && adler32 !== null && isSame({ adler32, md5 }, known) === true;
}
