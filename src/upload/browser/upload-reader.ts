import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { EVERYTHING, UPLOADS_KEY, type LakeEvent } from '../../common/contract/events.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import { UPLOADS } from './queries.js';

/**
 * Keeps what is shown of uploads as new as the server's news. News that come while it is being read have it
 * read once more afterwards, never broken off: they come faster than a slow server answers.
 */
export class UploadReader {
  constructor(private readonly _lake: ILake) {
    _lake.events.received.connect(this._onEvent, this);
  }

  /** Has the server tell of changes until disposed. */
  watch(): IDisposable {
    const told = this._lake.events.watch([UPLOADS_KEY]);
    this._watching += 1;
    if (this._watching === 1) {
      // What has happened while nobody watched.
      this.refresh();
    }
    return new DisposableDelegate(() => {
      this._watching -= 1;
      told.dispose();
    });
  }

  /** Reads again what is shown. */
  refresh(): void {
    if (this._reading) {
      this._again = true;
      return;
    }
    this._reading = true;
    const { queries } = this._lake;
    // An answer that is under way may be older than this news.
    this._again = queries.isFetching({ queryKey: [UPLOADS] }) > 0;
    void queries
      .invalidateQueries({ queryKey: [UPLOADS] }, { cancelRefetch: false })
      .finally(() => {
        this._reading = false;
        if (this._again) {
          this._again = false;
          this.refresh();
        }
      });
  }

  private _onEvent(_: unknown, { key }: LakeEvent): void {
    if (key === UPLOADS_KEY || key === EVERYTHING) {
      this.refresh();
    }
  }

  private _watching = 0;
  private _reading = false;
  private _again = false;
}
