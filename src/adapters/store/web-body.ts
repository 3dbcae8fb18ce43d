import type { IPutOptions, ISource } from '../../upload/core/ports.js';
import { Checksums } from './checksums.js';
import { SourceFile } from './source-file.js';
import type { Write } from './web-exchange.js';
import type { IChecksums } from '../../upload/core/ports.js';

/** A file up to this is read before anything is sent: one that has changed is never sent at all. */
export const SMALL = 1 << 20;
const SLOTS = 16;
const SLOT = 256 * 1024;

/** A file as the body of a request. It may be sent more than once: from its beginning each time. */
export interface IFileBody {
  send(write: Write): Promise<void>;
  /** Of what was sent last. */
  sums(): IChecksums;
}

/** Reads a small file now. Throws `source-changed`, `source-unreadable`. */
export async function smallBody(source: ISource, options: IPutOptions): Promise<IFileBody> {
  const content = Buffer.allocUnsafe(source.bytes);
  const file = await SourceFile.open(source);
  const sums = await Checksums.start(options.md5);
  try {
    await file.read(content);
    await file.check();
  } finally {
    await file.close();
  }
  sums.add(content);
  const result = sums.end();
  return {
    send: async write => {
      await write(content);
      options.onProgress(content.length);
    },
    sums: () => result
  };
}

/** Reads a large file while it is sent, some pieces ahead of the connection. */
export function streamedBody(
  source: ISource,
  { md5, pace, onProgress }: IPutOptions,
  signal: AbortSignal
): IFileBody {
  let result: IChecksums | null = null;
  return {
    send: async write => {
      const file = await SourceFile.open(source);
      const slots = Array.from({ length: SLOTS }, () => Buffer.allocUnsafeSlow(SLOT));
      const taken: Promise<void>[] = slots.map(() => Promise.resolve());
      let read = 0;
      let done = 0;
      try {
        const sums = await Checksums.start(md5);
        for (let turn = 0; ; turn = (turn + 1) % SLOTS) {
          await taken[turn];
          const length = await file.read(slots[turn]);
          if (length === 0) {
            break;
          }
          // Before the last piece: what has changed is never whole at the store.
          if ((read += length) === source.bytes) {
            await file.check();
          }
          const piece = slots[turn].subarray(0, length);
          await pace?.take(length, signal);
          sums.add(piece);
          taken[turn] = write(piece).then(() => onProgress((done += length)));
          // It is looked at when its turn comes; until then it is nobody's.
          taken[turn].catch(() => undefined);
        }
        await Promise.all(taken);
        result = sums.end();
      } finally {
        await file.close();
      }
    },
    sums: () => {
      if (result === null) {
        throw new Error('nothing was sent');
      }
      return result;
    }
  };
}
