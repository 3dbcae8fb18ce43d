import { DID_TYPES } from '../../common/contract/did.js';
import type { Row } from '../contract.js';

const CHUNK_ROWS = 16_384;
const UNKNOWN_LENGTH = 0xffff_ffff;

/** Rows as columns: a million rows with names of 20 characters take about 45 MB instead of 122. */
interface IChunk {
  count: number;
  /** UTF-8, one after the other; row i ends at `ends[i]`. */
  names: Uint8Array;
  readonly ends: Uint32Array;
  readonly scopes: Uint32Array;
  readonly types: Uint8Array;
  /** NaN: Rucio does not say. */
  readonly bytes: Float64Array;
  readonly lengths: Uint32Array;
}

function newChunk(): IChunk {
  return {
    count: 0,
    names: new Uint8Array(CHUNK_ROWS),
    ends: new Uint32Array(CHUNK_ROWS),
    scopes: new Uint32Array(CHUNK_ROWS),
    types: new Uint8Array(CHUNK_ROWS),
    bytes: new Float64Array(CHUNK_ROWS),
    lengths: new Uint32Array(CHUNK_ROWS)
  };
}

/** A list of rows that only grows. Reading a row makes a new object: keep none of many. */
export class RowStore {
  get length(): number {
    return this._length;
  }

  /** What the rows take, in bytes, without what JavaScript adds to each array. */
  get memory(): number {
    return this._chunks.reduce((sum, { names }) => sum + names.length + CHUNK_ROWS * 21, 0);
  }

  append(rows: readonly Row[]): void {
    for (const row of rows) {
      this._append(row);
    }
  }

  /** Throws RangeError beyond the end: a mistake of the caller. */
  at(index: number): Row {
    const [chunk, i] = this._find(index);
    const length = chunk.lengths[i];
    const bytes = chunk.bytes[i];
    return {
      scope: this._scopes[chunk.scopes[i]],
      name: this._name(chunk, i),
      type: DID_TYPES[chunk.types[i]],
      bytes: Number.isNaN(bytes) ? null : bytes,
      length: length === UNKNOWN_LENGTH ? null : length
    };
  }

  nameAt(index: number): string {
    return this._name(...this._find(index));
  }

  /** Whether a row can be unfolded; cheaper than reading it. */
  isCollection(index: number): boolean {
    const [chunk, i] = this._find(index);
    return DID_TYPES[chunk.types[i]] !== 'FILE';
  }

  private _append({ scope, name, type, bytes, length }: Row): void {
    let chunk = this._chunks.at(-1);
    if (chunk === undefined || chunk.count === CHUNK_ROWS) {
      if (chunk !== undefined) {
        chunk.names = chunk.names.slice(0, chunk.ends[CHUNK_ROWS - 1]);
      }
      chunk = newChunk();
      this._chunks.push(chunk);
    }
    const i = chunk.count;
    const start = i === 0 ? 0 : chunk.ends[i - 1];
    // At most three bytes for each UTF-16 unit.
    if (chunk.names.length < start + name.length * 3) {
      const wider = new Uint8Array(Math.max(chunk.names.length * 2, start + name.length * 3));
      wider.set(chunk.names);
      chunk.names = wider;
    }
    chunk.ends[i] = start + this._encoder.encodeInto(name, chunk.names.subarray(start)).written;
    chunk.scopes[i] = this._scopeNumber(scope);
    chunk.types[i] = DID_TYPES.indexOf(type);
    chunk.bytes[i] = bytes ?? NaN;
    chunk.lengths[i] = length ?? UNKNOWN_LENGTH;
    chunk.count += 1;
    this._length += 1;
  }

  private _scopeNumber(scope: string): number {
    let number = this._scopeNumbers.get(scope);
    if (number === undefined) {
      number = this._scopes.push(scope) - 1;
      this._scopeNumbers.set(scope, number);
    }
    return number;
  }

  private _find(index: number): [IChunk, number] {
    if (!(index >= 0 && index < this._length)) {
      throw new RangeError(`Row ${index} of ${this._length}`);
    }
    return [this._chunks[Math.floor(index / CHUNK_ROWS)], index % CHUNK_ROWS];
  }

  private _name(chunk: IChunk, i: number): string {
    return this._decoder.decode(
      chunk.names.subarray(i === 0 ? 0 : chunk.ends[i - 1], chunk.ends[i])
    );
  }

  private _length = 0;
  private readonly _chunks: IChunk[] = [];
  private readonly _scopes: string[] = [];
  private readonly _scopeNumbers = new Map<string, number>();
  private readonly _encoder = new TextEncoder();
  // A name may begin with U+FEFF: it is a character of the name.
  private readonly _decoder = new TextDecoder('utf-8', { ignoreBOM: true });
}
