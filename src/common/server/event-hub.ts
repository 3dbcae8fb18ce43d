import type { LakeEvent } from '../contract/events.js';

type Listener = (event: LakeEvent) => void;

/** Where services say that something has a new version; the bridge's subscription and tests listen. */
export class EventHub {
  /** Tells all listeners, at once, that what this key stands for has changed. */
  publish(key: string, version?: number): void {
    const event: LakeEvent = version === undefined ? { key } : { key, version };
    for (const listener of [...this._listeners]) {
      listener(event);
    }
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: Listener): () => void {
    this._listeners.add(listener);
    return () => this._listeners.delete(listener);
  }

  private readonly _listeners = new Set<Listener>();
}
