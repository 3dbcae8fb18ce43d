import type { IClock } from '../../common/core/clock.js';
import type { IFileRecord, IUploadStore } from './ports.js';

const MOST = 100;
const LONGEST_MS = 200;

type Fields = Partial<Omit<IFileRecord, 'job' | 'nr'>>;

/**
 * What has become of files, written many at a time: each writing waits for the disk. What is lost with the process
 * is looked up at the store again.
 */
export class Journal {
  constructor(
    private readonly _store: IUploadStore,
    private readonly _job: string,
    private readonly _clock: IClock
  ) {}

  note(nr: number, fields: Fields): void {
    if (this._changes.length === 0) {
      this._since = this._clock.elapsed();
    }
    this._changes.push({ nr, fields });
    this._flushIfDue();
  }

  /** Some time has passed. */
  tick(): void {
    this._flushIfDue();
  }

  flush(): void {
    const changes = this._changes;
    this._changes = [];
    this._store.changeFiles(this._job, changes);
  }

  private _flushIfDue(): void {
    const late = this._clock.elapsed() - this._since >= LONGEST_MS;
    if (this._changes.length >= MOST || (late && this._changes.length > 0)) {
      this.flush();
    }
  }

  private _changes: { nr: number; fields: Fields }[] = [];
  private _since = 0;
}
