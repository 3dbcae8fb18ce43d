import { DataLakeError, toProblem } from '../../common/contract/problem.js';
import { Bell } from './bell.js';
import type { JobDesk } from './engine.js';
import type { Journal } from './journal.js';
import type {
  IChecksums,
  IDestination,
  IFileRecord,
  IProtocol,
  IStore,
  IWritableRse
} from './ports.js';
import { pauseMs, triesAgain, triesOf } from './retrying.js';
import { scratchPfn } from './scratch-place.js';

/** So many files are noted as begun at once. */
const CHUNK = 200;
const LOOK_MS = 100;

/** Brings a job's bytes to where its replicas are to be, verified: from `waiting` to `stored`. */
export class Sender {
  constructor(
    private readonly _desk: JobDesk,
    private readonly _journal: Journal
  ) {}

  /** Until no file waits any more. */
  async run(signal: AbortSignal): Promise<void> {
    const { atOnce } = this._desk.engine;
    const failed = new AbortController();
    const together = AbortSignal.any([signal, failed.signal]);
    const queue = this._queue(together);
    const lanes = Array.from({ length: atOnce }, async () => {
      try {
        for (let next = await queue.next(); !next.done; next = await queue.next()) {
          this._under++;
          await this._send(next.value, together);
          this._under--;
          this._ended.ring();
        }
      } catch (error) {
        failed.abort(error);
      }
    });
    // Also of those that are broken off: nobody else may send a file that one of them is busy with still.
    await Promise.all(lanes);
    together.throwIfAborted();
    this._journal.flush();
    this._desk.log(
      'info',
      this._desk.job.way === 'scratch' ? 'All checksums are known.' : 'Everything is sent.'
    );
  }

  /** Files that may be sent now, as they become due; before one is given, it is noted that something of it may be left. */
  private async *_queue(signal: AbortSignal): AsyncGenerator<IFileRecord, void, void> {
    const { store, clock } = this._desk.engine;
    const { id } = this._desk;
    for (;;) {
      signal.throwIfAborted();
      const dueAt = clock.now();
      const due = store.files(id, { states: ['waiting'], limit: CHUNK, dueAt });
      if (due.length > 0) {
        const pfns = await this._desk.patiently(() => this._pfns(due, signal), signal);
        const begun = due.map((file, index) => ({ ...file, pfn: pfns[index] }));
        store.changeFiles(
          id,
          begun.map(({ nr, pfn }) => ({ nr, fields: { state: 'sending', pfn, left: true } }))
        );
        yield* begun;
        continue;
      }
      this._journal.tick();
      if (this._under === 0) {
        this._journal.flush();
        if (store.count(id, ['waiting']) === 0) {
          return;
        }
      }
      await this._ended.wait(clock, LOOK_MS, signal);
    }
  }

  private async _pfns(
    files: readonly IFileRecord[],
    signal: AbortSignal
  ): Promise<readonly string[]> {
    const { engine, job } = this._desk;
    const lake = engine.lake(job.instance);
    if (job.way === 'scratch') {
      const folder = lake.scratch.find(({ rse }) => rse === job.rse);
      if (folder === undefined) {
        throw new DataLakeError(
          'not-configured',
          `The scratch folder of ${job.rse} is not configured any more (c.DataLake.scratch).`
        );
      }
      return files.map(({ source }) => scratchPfn(folder, source.path));
    }
    this._facts ??= await lake.rses.facts(job.rse!, signal);
    const protocol = this._facts.protocols.find(({ scheme }) => scheme === job.scheme);
    if (protocol === undefined) {
      throw new DataLakeError(
        'no-way-to-store',
        `${job.rse} does not offer ${job.scheme} any more: cancel this upload, and begin it again.`
      );
    }
    return lake.rses.pfns(
      job.rse!,
      protocol satisfies IProtocol,
      files.map(({ did }) => did),
      signal
    );
  }

  private async _send(file: IFileRecord, signal: AbortSignal): Promise<void> {
    const { engine, id } = this._desk;
    const { nr, source } = file;
    try {
      const sums = await engine.lanes.use(() => this._bring(file, signal), signal);
      this._journal.note(nr, { state: 'stored', ...sums, sent: source.bytes, problem: null });
      if (this._held !== null) {
        this._held = null;
        this._desk.trouble(null);
      }
    } catch (error) {
      signal.throwIfAborted();
      this._failed(file, error);
    } finally {
      engine.progress(id, nr, null);
    }
  }

  private async _bring(file: IFileRecord, signal: AbortSignal): Promise<IChecksums> {
    const { engine, job, id } = this._desk;
    const { nr, source, left } = file;
    if (job.way === 'scratch') {
      return engine.files.sums(source, engine.md5, signal);
    }
    const store = await engine.lake(job.instance).stores.of(job.rse!, job.scheme!);
    const destination = { rse: job.rse!, scheme: job.scheme!, pfn: file.pfn! };
    if (left) {
      const before = await this._whole(store, destination, file, signal);
      if (before !== null) {
        return before;
      }
    }
    const sums = await store.put(
      source,
      destination,
      {
        md5: engine.md5,
        pace: engine.pace,
        onProgress: bytes => engine.progress(id, nr, bytes)
      },
      signal
    );
    await this._verify(store, destination, source.bytes, sums, signal);
    return sums;
  }

  /** What an earlier try has left, if it is all of the file; null: it is sent. */
  private async _whole(
    store: IStore,
    destination: IDestination,
    { source }: IFileRecord,
    signal: AbortSignal
  ): Promise<IChecksums | null> {
    const stored = await store.look(destination, source.bytes, signal);
    if (stored?.bytes !== source.bytes || stored.adler32 === null) {
      return null;
    }
    const { engine } = this._desk;
    const sums = await engine.files.sums(source, engine.md5, signal);
    return sums.adler32 === stored.adler32 ? sums : null;
  }

  private async _verify(
    store: IStore,
    destination: IDestination,
    bytes: number,
    { adler32 }: IChecksums,
    signal: AbortSignal
  ): Promise<void> {
    const stored = await store.look(destination, bytes, signal);
    if (stored === null) {
      throw new DataLakeError(
        'store-failed',
        'The store has taken the file, and does not have it: it is sent again.'
      );
    }
    if (stored.bytes !== bytes || (stored.adler32 !== null && stored.adler32 !== adler32)) {
      await store.remove(destination, signal);
      throw new DataLakeError(
        'checksum-mismatch',
        'What arrived at the store is not what was sent: it was removed there.',
        {
          detail: `${stored.bytes} bytes, adler32 ${stored.adler32}; sent: ${bytes} bytes, adler32 ${adler32}`
        }
      );
    }
    if (stored.adler32 === null && !this._toldSize) {
      this._toldSize = true;
      this._desk.log(
        'warning',
        'The store tells no checksums: what it has was compared by size only.'
      );
    }
  }

  private _failed(
    { nr, tries: before, problem: last, source, did }: IFileRecord,
    error: unknown
  ): void {
    const { clock, random } = this._desk.engine;
    const problem = toProblem(error);
    const tries = triesOf(problem.code, before, last?.code);
    if (triesAgain(problem.code, tries)) {
      const notBefore = clock.now() + pauseMs(problem, tries, random);
      this._journal.note(nr, { state: 'waiting', tries, notBefore, problem, sent: 0 });
      this._held = problem.code;
      this._desk.trouble(problem);
    } else {
      this._journal.note(nr, { state: 'failed', tries, problem, sent: 0 });
      this._desk.log('error', `${did} (${source.path}): ${problem.message}`);
    }
    this._journal.flush();
  }

  private _facts: IWritableRse | null = null;
  private _under = 0;
  /** A file is not under way any more. */
  private readonly _ended = new Bell();
  private _held: string | null = null;
  private _toldSize = false;
}
