import { Signal, type ISignal } from '@lumino/signaling';
import type { Row } from '../contract.js';
import { ScopeItems } from './items.js';
import type { RowLoader } from './loading.js';
import { TreeModel, type ITreeOptions } from './tree-model.js';

/** Rucio answers a few lists at a time well; more would only wait in its queue. */
const AT_ONCE = 2;

/** One search in several scopes. A scope appears in the tree when something was found in it. */
export class ScopeSearch {
  constructor(
    readonly scopes: readonly string[],
    own: ReadonlySet<string>,
    private readonly _loaderOf: (scope: string) => RowLoader,
    options: ITreeOptions
  ) {
    this._items = new ScopeItems([], own);
    this.tree = new TreeModel(this._items, { ...options, scopeLoader: _loaderOf });
  }

  readonly tree: TreeModel;

  /** How many scopes were asked, or where nothing was found, has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Scopes that have answered, or failed. */
  get asked(): number {
    return this._asked;
  }

  get running(): boolean {
    return this._running > 0;
  }

  /** Scopes in which there is nothing. */
  get nothingIn(): readonly string[] {
    return this._nothingIn;
  }

  /** DIDs that have arrived. */
  get found(): number {
    const { root } = this.tree;
    let sum = 0;
    for (let index = 0; index < root.items.length; index += 1) {
      sum += root.child(index)?.items.length ?? 0;
    }
    return sum;
  }

  get stopped(): boolean {
    return this._controller.signal.aborted;
  }

  start(): void {
    this._running = Math.min(AT_ONCE, this.scopes.length);
    for (let worker = this._running; worker > 0; worker -= 1) {
      void this._work();
    }
  }

  stop(): void {
    this._controller.abort();
    this.tree.root.stop();
    this._changed.emit();
  }

  dispose(): void {
    this._controller.abort();
    this.tree.dispose();
    Signal.clearData(this);
  }

  private async _work(): Promise<void> {
    while (this._next < this.scopes.length && !this.stopped) {
      await this._ask(this.scopes[this._next++]);
      this._asked += 1;
      this._changed.emit();
    }
    this._running -= 1;
    this._changed.emit();
  }

  private async _ask(scope: string): Promise<void> {
    const controller = new AbortController();
    this._controller.signal.addEventListener('abort', () => controller.abort(), { once: true });
    const rest = this._loaderOf(scope)(controller.signal);
    try {
      const first = await firstRows(rest);
      if (first === null) {
        this._nothingIn.push(scope);
      } else if (!this.stopped) {
        await new Promise<void>(ended => {
          this._show(scope, signal => goOn({ first, rest, controller }, signal, ended));
        });
      }
    } catch (error) {
      if (!this.stopped) {
        this._show(scope, failing(error));
      }
    }
  }

  /** The scope with its list below it. The first load goes on with what was begun; later ones ask anew. */
  private _show(scope: string, begun: RowLoader): void {
    const again = this._loaderOf(scope);
    let loader = begun;
    const index = this._items.add(scope);
    this.tree.adopt(
      { branch: this.tree.root, index },
      signal => {
        const rows = loader(signal);
        loader = again;
        return rows;
      },
      scope
    );
  }

  private _next = 0;
  private _asked = 0;
  private _running = 0;
  private readonly _nothingIn: string[] = [];
  private readonly _items: ScopeItems;
  private readonly _controller = new AbortController();
  private readonly _changed = new Signal<this, void>(this);
}

async function firstRows(
  rows: AsyncGenerator<readonly Row[], unknown, void>
): Promise<readonly Row[] | null> {
  for (;;) {
    const next = await rows.next();
    if (next.done === true) {
      return null;
    }
    if (next.value.length > 0) {
      return next.value;
    }
  }
}

function failing(error: unknown): RowLoader {
  // eslint-disable-next-line require-yield
  return async function* (): AsyncGenerator<readonly Row[], void, void> {
    throw error;
  };
}

/** One search under way, with what has arrived of it. */
interface IBegun {
  first: readonly Row[];
  rest: AsyncGenerator<readonly Row[], unknown, void>;
  controller: AbortController;
}

async function* goOn(
  { first, rest, controller }: IBegun,
  signal: AbortSignal,
  ended: () => void
): AsyncGenerator<readonly Row[], void, void> {
  signal.addEventListener('abort', () => controller.abort(), { once: true });
  try {
    yield first;
    yield* rest;
  } finally {
    controller.abort();
    ended();
  }
}
