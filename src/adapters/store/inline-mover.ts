import type { IChecksums, IPutOptions, ISource, IStored } from '../../upload/core/ports.js';
import { DataLakeError } from '../../common/contract/problem.js';
import { Checksums } from './checksums.js';
import { copyIntoFolder, lookIntoFolder, removeFromFolder } from './folder.js';
import type { IMover, Place } from './mover.js';
import { SourceFile } from './source-file.js';
import { WebMover } from './web-mover.js';

const PIECE = 1 << 20;

/** Moves and hashes bytes in the thread that asks. */
export class InlineMover implements IMover {
  put(
    source: ISource,
    place: Place,
    options: IPutOptions,
    signal: AbortSignal
  ): Promise<IChecksums> {
    return place.kind === 'web'
      ? this._web.put(source, place, options, signal)
      : copyIntoFolder(source, place, options, signal);
  }

  look(place: Place, bytes: number, signal: AbortSignal): Promise<IStored | null> {
    return place.kind === 'web'
      ? this._web.look(place, bytes, signal)
      : lookIntoFolder(place, signal);
  }

  remove(place: Place, signal: AbortSignal): Promise<void> {
    return place.kind === 'web' ? this._web.remove(place, signal) : removeFromFolder(place);
  }

  async sums(source: ISource, md5: boolean, signal: AbortSignal): Promise<IChecksums> {
    const file = await SourceFile.open(source);
    try {
      const sums = await Checksums.start(md5);
      const piece = Buffer.allocUnsafe(Math.min(PIECE, Math.max(source.bytes, 1)));
      for (let length; (length = await file.read(piece)) > 0;) {
        sums.add(piece.subarray(0, length));
        if (signal.aborted) {
          throw new DataLakeError('cancelled', 'Cancelled.', { cause: signal.reason });
        }
      }
      return sums.end();
    } finally {
      await file.close();
    }
  }

  async dispose(): Promise<void> {
    this._web.dispose();
    return Promise.resolve();
  }

  private readonly _web = new WebMover();
}
