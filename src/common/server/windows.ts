type Listener = (watched: ReadonlySet<string>) => void;

/** What the open windows show now: the keys whose truth is worth asking the lake for. */
export class Windows {
  /** Replaces what this window watches. */
  set(id: string, keys: readonly string[]): void {
    this._windows.set(id, new Set(keys));
    this._tell();
  }

  /** The window is gone. */
  delete(id: string): void {
    if (this._windows.delete(id)) {
      this._tell();
    }
  }

  /** All windows together. */
  get watched(): ReadonlySet<string> {
    return new Set([...this._windows.values()].flatMap(keys => [...keys]));
  }

  /** Tells the listener after each change. Returns the function that ends it. */
  onChange(listener: Listener): () => void {
    this._listeners.add(listener);
    return () => this._listeners.delete(listener);
  }

  private _tell(): void {
    const watched = this.watched;
    for (const listener of [...this._listeners]) {
      listener(watched);
    }
  }

  private readonly _windows = new Map<string, ReadonlySet<string>>();
  private readonly _listeners = new Set<Listener>();
}
