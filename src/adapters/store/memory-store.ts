import { DataLakeError } from '../../common/contract/problem.js';
import type {
  IChecksums,
  IDestination,
  IPutOptions,
  ISource,
  IStore,
  IStored
} from '../../upload/core/ports.js';
import { Checksums } from './checksums.js';
import { parsePfn } from './pfn.js';
import { SourceFile } from './source-file.js';

/** What goes wrong, until it is taken back. */
export interface IMemoryStoreFaults {
  /** So many bytes have room in all. */
  fullAt: number | null;
  /** The connection breaks after so many bytes of a file; they are there. */
  dropsAt: number | null;
  /** The connection breaks when all has arrived: it is there, and nobody was told. */
  swallowsAnswer: boolean;
  /** Files whose PFN holds this text arrive with one bit turned. */
  spoils: string | null;
  /** Says the size only. */
  noChecksum: boolean;
  refuses: boolean;
  busy: boolean;
  down: boolean;
  /** Why it cannot be used. */
  unusable: string | null;
}

const PIECE = 64 * 1024;

/** A store without a network, with faults by hand. */
export class MemoryStore implements IStore {
  /** What is there, by PFN; a PFN that others begin with, and a slash, is a folder. */
  readonly files = new Map<string, Buffer>();
  /** PFNs of each put, in the order in which they began. */
  readonly puts: string[] = [];
  readonly faults: IMemoryStoreFaults = {
    fullAt: null,
    dropsAt: null,
    swallowsAnswer: false,
    spoils: null,
    noChecksum: false,
    refuses: false,
    busy: false,
    down: false,
    unusable: null
  };
  /** Called before each file's bytes, e.g. to make a test wait there. */
  beforeBytes: (pfn: string) => Promise<void> = () => Promise.resolve();

  async unusable(_scheme: string): Promise<string | null> {
    return Promise.resolve(this.faults.unusable);
  }

  async put(
    source: ISource,
    { pfn }: IDestination,
    { md5, pace, onProgress }: IPutOptions,
    signal: AbortSignal
  ): Promise<IChecksums> {
    this.puts.push(pfn);
    this._refuse(pfn);
    if (this._isFolder(pfn)) {
      throw new DataLakeError('conflict', 'At the store there is a folder of this name.');
    }
    const file = await SourceFile.open(source);
    try {
      await this.beforeBytes(pfn);
      const sums = await Checksums.start(md5);
      const piece = Buffer.alloc(Math.min(PIECE, Math.max(source.bytes, 1)));
      this.files.set(pfn, Buffer.alloc(0));
      const room = this._room();
      const { dropsAt } = this.faults;
      const pieces: Buffer[] = [];
      let done = 0;
      const keep = () => this.files.set(pfn, this._arrived(pfn, Buffer.concat(pieces)));
      try {
        for (let length; (length = await file.read(piece)) > 0; onProgress(done)) {
          await pace?.take(length, signal);
          signal.throwIfAborted();
          sums.add(piece.subarray(0, length));
          const ends = Math.min(room, dropsAt ?? Infinity);
          const fits = Math.min(length, ends - done);
          pieces.push(Buffer.from(piece.subarray(0, fits)));
          done += fits;
          if (fits < length) {
            throw ends === room ? full() : broken();
          }
        }
      } finally {
        keep();
      }
      if (this.faults.swallowsAnswer) {
        throw broken();
      }
      signal.throwIfAborted();
      return sums.end();
    } catch (error) {
      throw signal.aborted
        ? new DataLakeError('cancelled', 'Cancelled.', { cause: signal.reason })
        : error;
    } finally {
      await file.close();
    }
  }

  async look({ pfn }: IDestination, _bytes: number, _signal: AbortSignal): Promise<IStored | null> {
    this._refuse(pfn);
    const found = this.files.get(pfn);
    if (found === undefined) {
      return null;
    }
    const sums = await Checksums.start(false);
    sums.add(found);
    const { adler32 } = sums.end();
    return { bytes: found.length, adler32: this.faults.noChecksum ? null : adler32 };
  }

  async remove({ pfn }: IDestination, _signal: AbortSignal): Promise<void> {
    this._refuse(pfn);
    if (this._isFolder(pfn)) {
      throw new DataLakeError('conflict', 'At the store there is a folder of this name.');
    }
    this.files.delete(pfn);
    return Promise.resolve();
  }

  async dispose(): Promise<void> {
    return Promise.resolve();
  }

  private _refuse(pfn: string): void {
    parsePfn(pfn);
    if (this.faults.down) {
      throw new DataLakeError('store-unreachable', 'The store cannot be reached.');
    }
    if (this.faults.busy) {
      throw new DataLakeError('store-busy', 'The store is busy.', { retryAfterSeconds: 1 });
    }
    if (this.faults.refuses) {
      throw new DataLakeError('store-refused', 'The store does not allow that.');
    }
  }

  private _room(): number {
    const used = [...this.files.values()].reduce((sum, { length }) => sum + length, 0);
    return this.faults.fullAt === null ? Infinity : Math.max(this.faults.fullAt - used, 0);
  }

  private _isFolder(pfn: string): boolean {
    return [...this.files.keys()].some(key => key.startsWith(`${pfn}/`));
  }

  private _arrived(pfn: string, bytes: Buffer): Buffer {
    const { spoils } = this.faults;
    if (spoils !== null && pfn.includes(spoils) && bytes.length > 0) {
      bytes[0] ^= 1;
    }
    return bytes;
  }
}

const full = () => new DataLakeError('store-full', 'The store is full.');
const broken = () => new DataLakeError('store-failed', 'The store broke off.');
