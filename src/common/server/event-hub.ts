import type { LakeEvent } from '../contract/events.js';
import { NO_LOG, type ILog } from '../core/log.js';

type Listener = (event: LakeEvent) => void;

/** Where services say that something has a new version; the bridge's subscription and tests listen. */
export class EventHub {
  constructor(private readonly _log: ILog = NO_LOG) {}

  /** Tells all listeners, at once, that what this key stands for has changed. One that fails is logged. */
  publish(key: string, version?: number): void {
    const event: LakeEvent = version === undefined ? { key } : { key, version };
    for (const listener of [...this._listeners]) {
      try {
        listener(event);
      } catch (error) {
        this._log.error('a listener for news failed', {
          key,
          trace: error instanceof Error ? (error.stack ?? error.message) : String(error)
        });
      }
    }
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: Listener): () => void {
    this._listeners.add(listener);
    return () => this._listeners.delete(listener);
  }

  private readonly _listeners = new Set<Listener>();
}
