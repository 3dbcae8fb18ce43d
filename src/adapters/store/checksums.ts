import { createHash, type Hash } from 'node:crypto';
import { createAdler32, type IHasher } from 'hash-wasm';
import type { IChecksums } from '../../upload/core/ports.js';

const idle: IHasher[] = [];

/** adler32 of what it is given piece by piece, md5 too if it is wanted. */
export class Checksums {
  private constructor(
    private readonly _adler32: IHasher,
    private readonly _md5: Hash | null
  ) {}

  static async start(md5: boolean): Promise<Checksums> {
    const adler32 = idle.pop() ?? (await createAdler32());
    return new Checksums(adler32.init(), md5 ? createHash('md5') : null);
  }

  add(piece: Uint8Array): void {
    this._adler32.update(piece);
    this._md5?.update(piece);
  }

  /** Nothing can be added after it. */
  end(): IChecksums {
    const adler32 = this._adler32.digest('hex');
    idle.push(this._adler32);
    return { adler32, md5: this._md5?.digest('hex') ?? null };
  }
}
