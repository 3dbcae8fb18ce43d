import type { AvailabilityAnswer } from '../../availability/contract.js';
import type { DidType } from '../../common/contract/did.js';
import { toProblem } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import type { ILog } from '../../common/core/log.js';
import { digestOf } from './digest.js';
import { Handle } from './handle.js';
import type { ICartAvailability, IStateFiles } from './ports.js';

const HEARTBEAT_MS = 60_000;
const KEPT_MS = 30 * 24 * 3600 * 1000;
// How long a person's kernel waits for a list of files before it gets a value that is pending.
const LIST_PATIENCE_MS = 2000;

/**
 * The state files behind the values in kernels. What is not settled is watched, with no window open
 * too, and is written at each change and each minute, so that a kernel can tell silence from delay.
 */
export class Handles {
  constructor(
    private readonly _availability: ICartAvailability,
    private readonly _files: IStateFiles,
    private readonly _clock: IClock,
    private readonly _log: ILog
  ) {
    _availability.onChange(({ instance, did }) => {
      void this._refresh(this._handles.get(idOf(instance, did)));
    });
  }

  /** The handle of a DID with this answer in its file, and its list where that does not take long. */
  async write(instance: string, type: DidType, answer: AvailabilityAnswer): Promise<Handle> {
    const handle = await this._handle(instance, answer.did, type);
    if (await handle.update(answer)) {
      const late = this._announceList(handle);
      await Promise.race([late, this._clock.sleep(LIST_PATIENCE_MS)]);
    }
    this._watch();
    return handle;
  }

  /** Forgets state files that nothing has used for a month. */
  async prune(): Promise<void> {
    await this._files.prune(KEPT_MS);
  }

  /** Ends the watching. */
  dispose(): void {
    this._stopped.abort(new Error('The server stops.'));
  }

  private async _handle(instance: string, did: string, type: DidType): Promise<Handle> {
    const id = idOf(instance, did);
    const digest = await digestOf(instance, did);
    const opened =
      this._handles.get(id) ??
      (await Handle.open(
        { instance, did, type, digest },
        this._availability,
        this._files,
        this._clock
      ));
    const handle = this._handles.get(id) ?? opened;
    this._handles.set(id, handle);
    return handle;
  }

  /** Asks and writes; calls that come while one is under way are one more. */
  private async _refresh(handle: Handle | undefined): Promise<void> {
    if (handle === undefined || this._due.has(handle)) {
      return;
    }
    this._due.add(handle);
    try {
      await this._refreshing.get(handle);
      this._due.delete(handle);
      const refreshing = this._ask(handle);
      this._refreshing.set(handle, refreshing);
      await refreshing;
    } finally {
      this._due.delete(handle);
    }
  }

  private async _ask(handle: Handle): Promise<void> {
    const { instance, did } = handle;
    try {
      const [answer] = await this._availability.query(instance, [did]);
      if (await handle.update(answer)) {
        void this._announceList(handle);
      }
    } catch (error) {
      this._failed(handle, error);
    }
    this._watch();
  }

  private async _announceList(handle: Handle): Promise<void> {
    try {
      await handle.listing;
      this._availability.announce(handle);
    } catch (error) {
      this._failed(handle, error);
    }
    this._watch();
  }

  private _failed({ did }: Handle, error: unknown): void {
    const { message } = toProblem(error);
    this._log.warning('the state of a variable could not be written', { did, problem: message });
  }

  private _watch(): void {
    const open = this._unsettled();
    this._availability.watch(open);
    if (open.length > 0 && !this._beating) {
      this._beating = true;
      void this._beat();
    }
  }

  private _unsettled(): Handle[] {
    return [...this._handles.values()].filter(handle => !handle.settled);
  }

  private async _beat(): Promise<void> {
    try {
      while (this._unsettled().length > 0) {
        await this._clock.sleep(HEARTBEAT_MS, this._stopped.signal);
        await Promise.all(this._unsettled().map(handle => this._refresh(handle)));
      }
    } catch {
      // Only the end of the server wakes it up early.
    } finally {
      this._beating = false;
    }
  }

  private readonly _handles = new Map<string, Handle>();
  private readonly _due = new Set<Handle>();
  private readonly _refreshing = new WeakMap<Handle, Promise<void>>();
  private readonly _stopped = new AbortController();
  private _beating = false;
}

function idOf(instance: string, did: string): string {
  return `${instance}/${did}`;
}
