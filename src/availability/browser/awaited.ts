import type { IStateDB } from '@jupyterlab/statedb';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { QueryObserver } from '@tanstack/react-query';
import * as z from 'zod';
import type { ILake } from '../../sidebar/browser/tokens.js';
import { MOUNT_LAG_MS, type Availability } from '../contract.js';
import type { AvailabilityReader } from './reader.js';

const STATE_KEY = 'jupyterlab-datalake:awaited';
/** What is remembered at most: the oldest go first. */
const MOST = 500;

/** `waiting` also while it could not be asked: a failure is no news of the DID. */
const Progress = z.enum(['waiting', 'stuck', 'arrived']);
const Entry = z.object({ instance: z.string(), did: z.string(), progress: Progress });
export type AwaitedDid = z.infer<typeof Entry>;

/** What became of a DID that was asked for here; told once each time it changes. */
export interface IOutcome {
  entry: AwaitedDid;
  availability: Availability;
}

interface ILate {
  availability: Availability;
  isOver: boolean;
  timer: ReturnType<typeof setTimeout>;
}

function progressOf({ state }: Availability): AwaitedDid['progress'] {
  return state === 'AVAILABLE'
    ? 'arrived'
    : state === 'STUCK' || state === 'PATH_MISSING'
      ? 'stuck'
      : 'waiting';
}

/**
 * The DIDs that were asked for in this window, until somebody has seen them arrive. Kept in the
 * workspace's state, so that a window that was closed meanwhile tells when it is opened again.
 */
export class AwaitedDids implements IDisposable {
  constructor(
    private readonly _lake: ILake,
    private readonly _reader: AvailabilityReader,
    private readonly _state: IStateDB | null
  ) {}

  get all(): readonly AwaitedDid[] {
    return this._entries;
  }

  /** The list, or the progress of one in it, changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** One has arrived or got stuck. */
  get outcome(): ISignal<this, IOutcome> {
    return this._outcome;
  }

  /** Takes up what an earlier window of this workspace was waiting for. */
  async restore(): Promise<void> {
    const saved = z.array(Entry).safeParse(await this._state?.fetch(STATE_KEY));
    for (const entry of saved.success ? saved.data : []) {
      if (entry.progress !== 'arrived' && !this._has(entry)) {
        this._observe(entry);
      }
    }
    this._changed.emit();
  }

  add(instance: string, dids: readonly string[]): void {
    for (const did of dids) {
      this._drop(instance, did);
      this._observe({ instance, did, progress: 'waiting' });
    }
    for (const { instance: on, did } of this._entries.slice(0, -MOST)) {
      this._drop(on, did);
    }
    this._tell();
  }

  forget(instance: string, did: string): void {
    this._drop(instance, did);
    this._tell();
  }

  /** Those that have arrived were seen. */
  forgetArrived(): void {
    for (const { instance, did } of this._entries.filter(
      ({ progress }) => progress === 'arrived'
    )) {
      this._drop(instance, did);
    }
    this._tell();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    for (const stop of this._stops.values()) {
      stop();
    }
    this._stops.clear();
    [...this._late.keys()].forEach(id => this._notLate(id));
    Signal.clearData(this);
  }

  private _has({ instance, did }: AwaitedDid): boolean {
    return this._stops.has(idOf(instance, did));
  }

  private _observe(entry: AwaitedDid): void {
    const { instance, did } = entry;
    this._entries = [...this._entries, entry];
    const watch = this._reader.watch(instance, [did]);
    const observer = new QueryObserver(this._lake.queries, this._reader.query(instance, did));
    const unsubscribe = observer.subscribe(({ data, isSuccess }) => {
      if (isSuccess) {
        this._onKnown(instance, did, data);
      }
    });
    this._stops.set(idOf(instance, did), () => {
      unsubscribe();
      watch.dispose();
    });
  }

  private _onKnown(instance: string, did: string, availability: Availability): void {
    const before = this._entries.find(entry => entry.instance === instance && entry.did === did);
    const late = this._isLate(instance, did, availability);
    const progress = late ? 'waiting' : progressOf(availability);
    if (availability.state !== 'NOT_AVAILABLE') {
      this._begun.add(idOf(instance, did));
    } else if (this._begun.has(idOf(instance, did))) {
      // Its rule was given up.
      this.forget(instance, did);
      return;
    }
    if (before === undefined || before.progress === progress) {
      return;
    }
    const entry = { ...before, progress };
    this._entries = this._entries.map(other => (other === before ? entry : other));
    if (progress === 'arrived') {
      // It stays in the list until it has been seen, but there is no more to wait for.
      this._stop(instance, did);
    }
    this._tell();
    if (progress !== 'waiting') {
      this._outcome.emit({ entry, availability });
    }
  }

  /** Whether its files may still come into sight on the mount. Looks again when they may not. */
  private _isLate(instance: string, did: string, availability: Availability): boolean {
    const id = idOf(instance, did);
    const known = this._late.get(id);
    if (availability.state !== 'PATH_MISSING') {
      this._notLate(id);
      return false;
    }
    if (known !== undefined) {
      known.availability = availability;
      return !known.isOver;
    }
    const late = {
      availability,
      isOver: false,
      timer: setTimeout(() => {
        late.isOver = true;
        this._onKnown(instance, did, late.availability);
      }, MOUNT_LAG_MS)
    };
    this._late.set(id, late);
    return true;
  }

  private _notLate(id: string): void {
    clearTimeout(this._late.get(id)?.timer);
    this._late.delete(id);
  }

  private _drop(instance: string, did: string): void {
    this._stop(instance, did);
    this._entries = this._entries.filter(entry => entry.instance !== instance || entry.did !== did);
  }

  private _stop(instance: string, did: string): void {
    const id = idOf(instance, did);
    this._stops.get(id)?.();
    this._stops.delete(id);
    this._begun.delete(id);
    this._notLate(id);
  }

  private _tell(): void {
    // A state that cannot be saved costs a message after the next load, no more.
    void this._state?.save(STATE_KEY, [...this._entries]).catch(() => undefined);
    this._changed.emit();
  }

  private _isDisposed = false;
  private _entries: readonly AwaitedDid[] = [];
  private readonly _stops = new Map<string, () => void>();
  /** Those of which a rule was seen. */
  private readonly _begun = new Set<string>();
  /** Those whose files Rucio has, and the mount does not show. */
  private readonly _late = new Map<string, ILate>();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _outcome = new Signal<this, IOutcome>(this);
}

function idOf(instance: string, did: string): string {
  return `${instance}/${did}`;
}
