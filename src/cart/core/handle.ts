import type { AvailabilityAnswer, LocalFile } from '../../availability/contract.js';
import type { DidType } from '../../common/contract/did.js';
import { toProblem, type ProblemCode } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import { KernelState, kernelState } from './kernel-state.js';
import type { ICartAvailability, IStateFiles } from './ports.js';

const LIST_KEPT_MS = 3600_000;
// While files arrive the list is made again, but that takes at most a tenth of the time.
const LIST_REST = 10;
const ABOUT_THE_DID: readonly ProblemCode[] = ['not-found', 'malformed-did', 'path-missing'];

/** A list of files, and what it was made from. */
interface IList {
  path: string;
  stamp: string;
  total: number | null;
  bytes: number | null;
  available: number;
  complete: boolean;
  madeAt: number;
  nextAt: number;
}

/** The state file of one DID, and the list of its files. */
export class Handle {
  private constructor(
    readonly instance: string,
    readonly did: string,
    private readonly _type: DidType,
    private readonly _digest: string,
    private readonly _availability: ICartAvailability,
    private readonly _files: IStateFiles,
    private readonly _clock: IClock,
    private _last: KernelState | null
  ) {}

  static async open(
    id: { instance: string; did: string; type: DidType; digest: string },
    availability: ICartAvailability,
    files: IStateFiles,
    clock: IClock
  ): Promise<Handle> {
    const last = KernelState.safeParse(await files.read(id.digest)).data ?? null;
    return new Handle(id.instance, id.did, id.type, id.digest, availability, files, clock, last);
  }

  get stateFile(): string {
    return this._files.pathOf(this._digest);
  }

  /** What the file says now; null before the first update in this and any earlier server's life. */
  get state(): KernelState | null {
    return this._last;
  }

  /** Nothing more is to come for it. */
  get settled(): boolean {
    return this._last?.ready === true && this._last.problem === null;
  }

  /** Being made: resolves when the list of files stands in the state file. */
  get listing(): Promise<void> {
    return this._listing;
  }

  /**
   * Writes what is now known. The list of files may take Rucio a minute, and follows by itself;
   * answers whether one is being made. Calls wait for one another.
   */
  update(answer: AvailabilityAnswer): Promise<boolean> {
    const next = this._writing.then(() => this._update(answer));
    this._writing = next.catch(() => undefined);
    return next;
  }

  private async _update(answer: AvailabilityAnswer): Promise<boolean> {
    const now = this._clock.now();
    const state = kernelState(
      { instance: this.instance, did: this.did, type: this._type },
      answer,
      now
    );
    if (state.problem !== null) {
      const passing = !ABOUT_THE_DID.includes(state.problem.code);
      // The files are still where they were: Rucio being away must not take them from a kernel.
      const kept = passing && this._last?.ready === true;
      await this._write(kept ? { ...this._last!, writtenAt: state.writtenAt } : state);
      return false;
    }
    const fits = this._listFits(state, now);
    await this._write(this._withList(state, fits));
    if (fits || this._making || !this._wantsList(state, now)) {
      return this._making;
    }
    this._making = true;
    this._listing = this._makeList(state).finally(() => (this._making = false));
    return true;
  }

  private _wantsList(state: KernelState, now: number): boolean {
    if (state.state === 'AVAILABLE') {
      return true;
    }
    const arrived = state.filesAvailable ?? 0;
    return state.type !== 'FILE' && arrived > 0 && now >= (this._list?.nextAt ?? 0);
  }

  private _listFits({ state, filesTotal, filesAvailable, bytesTotal }: KernelState, now: number) {
    const list = this._list;
    return (
      list !== null &&
      list.total === filesTotal &&
      list.bytes === bytesTotal &&
      list.available === filesAvailable &&
      list.complete === (state === 'AVAILABLE') &&
      now - list.madeAt < LIST_KEPT_MS
    );
  }

  private _withList(state: KernelState, fits: boolean): KernelState {
    const ready = fits && state.state === 'AVAILABLE';
    const { path, stamp } = this._list ?? { path: null, stamp: null };
    return { ...state, ready, filesFile: path, filesStamp: stamp };
  }

  private async _makeList(state: KernelState): Promise<void> {
    const start = this._clock.now();
    let problem = null;
    try {
      const files = this._availability.files(this.instance, this.did);
      const made = await this._files.writeList(this._digest, lines(files));
      const end = this._clock.now();
      this._list = {
        ...made,
        total: state.filesTotal,
        bytes: state.bytesTotal,
        available: state.filesAvailable ?? 0,
        complete: state.state === 'AVAILABLE',
        madeAt: end,
        nextAt: end + LIST_REST * (end - start)
      };
    } catch (error) {
      problem = toProblem(error);
    }
    const done = this._writing.then(() => {
      const latest = this._last ?? state;
      const fits = this._listFits(latest, this._clock.now());
      return this._write({ ...this._withList(latest, fits), problem });
    });
    this._writing = done.catch(() => undefined);
    await done;
  }

  private async _write(state: KernelState): Promise<void> {
    await this._files.write(this._digest, state);
    this._last = state;
  }

  private _list: IList | null = null;
  private _making = false;
  private _listing: Promise<void> = Promise.resolve();
  private _writing: Promise<unknown> = Promise.resolve();
}

/** Path, PFN, DID, bytes, adler32 and whether it is here: a line a file, as kernels read them. */
async function* lines(batches: AsyncIterable<readonly LocalFile[]>): AsyncGenerator<string> {
  for await (const batch of batches) {
    const texts = batch.map(({ scope, name, bytes, adler32, path, pfn, state }) => {
      const here = state === 'AVAILABLE' && path !== null;
      return `${JSON.stringify([path, pfn, `${scope}:${name}`, bytes, adler32, here])}\n`;
    });
    yield texts.join('');
  }
}
