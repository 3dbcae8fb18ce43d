import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel, ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type * as z from 'zod';
import { call } from '../../common/browser/client.js';
import { availabilityKey, EVERYTHING, SESSION_KEY } from '../../common/contract/events.js';
import type { LakeEvent } from '../../common/contract/events.js';
import { toProblem, type Problem } from '../../common/contract/problem.js';
import type { ILakeEvents } from '../../sidebar/browser/tokens.js';
import { prepareInjection, type Injection, type KernelReport } from '../contract.js';
import type { CartAcceptance } from './acceptance.js';
import type { NotebookCart } from './notebook-cart.js';
import { runSilently } from './run-silently.js';

// Progress comes many times a second; the values read it themselves, from their state files.
const REST_MS = 1000;

type Prepared = z.output<typeof prepareInjection.answer>;

/** Where the variables of one notebook stand. */
export interface IVariablesState {
  /** `unsupported`: there is no injector for the kernel's language. `no-kernel`: nothing runs. */
  status: 'idle' | 'working' | 'done' | 'failed' | 'unsupported' | 'no-kernel';
  language: string | null;
  injections: readonly Injection[];
  report: KernelReport;
  problem: Problem | null;
}

const NOTHING: IVariablesState = {
  status: 'idle',
  language: null,
  injections: [],
  report: [],
  problem: null
};

type Session = Pick<ISessionContext, 'session' | 'statusChanged' | 'kernelChanged'> &
  Pick<ISessionContext, 'connectionStatusChanged'>;

interface IVariablesOptions {
  settings: ServerConnection.ISettings;
  events: ILakeEvents;
  cart: NotebookCart;
  acceptance: CartAcceptance;
  session: Session;
}

/**
 * Sets the variables of a notebook's accepted items in its kernel: at connect, after a restart, when
 * the cart changes and when something arrives. One run at a time; doing it twice does no harm.
 */
export class KernelVariables implements IDisposable {
  constructor(private readonly _options: IVariablesOptions) {
    const { events, cart, acceptance, session } = _options;
    session.kernelChanged.connect(this._onKernel, this);
    session.statusChanged.connect(this._onStatus, this);
    session.connectionStatusChanged.connect(this._onConnection, this);
    cart.changed.connect(this._onCart, this);
    acceptance.changed.connect(this._onCart, this);
    events.received.connect(this._onEvent, this);
    this._onCart();
  }

  get state(): IVariablesState {
    return this._state;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  /** Sets all of them again, whatever is known; e.g. after %reset. */
  async setAgain(): Promise<void> {
    this._ranIn = null;
    await this._want();
  }

  dispose(): void {
    if (this._disposed) {
      return;
    }
    this._disposed = true;
    this._watched?.dispose();
    Signal.clearData(this);
    Signal.disconnectReceiver(this);
  }

  private get _kernel(): Kernel.IKernelConnection | null {
    return this._options.session.session?.kernel ?? null;
  }

  private _onKernel(): void {
    this._ranIn = null;
    void this._want();
  }

  private _onStatus(_: unknown, status: Kernel.Status): void {
    if (status !== 'restarting' && status !== 'autorestarting') {
      return;
    }
    this._ranIn = null;
    const last = this._last;
    if (last !== null) {
      // Before the cells of Restart and Run All: at once, in the queue that the restart has emptied.
      queueMicrotask(() => {
        const kernel = this._kernel;
        if (kernel !== null && !this._disposed) {
          void runSilently(kernel, last.code, last.reportExpression);
        }
      });
    }
  }

  private _onConnection(_: unknown, status: Kernel.ConnectionStatus): void {
    if (status === 'connected') {
      this._ranIn = null;
      void this._want();
    }
  }

  private _onCart(): void {
    const { cart, events } = this._options;
    const keys = cart.items.map(({ instance, did }) => availabilityKey(instance, did));
    const changed = keys.join('\n') !== this._keys.join('\n');
    if (changed) {
      const before = this._watched;
      this._keys = keys;
      this._watched = keys.length > 0 ? events.watch(keys) : null;
      before?.dispose();
    }
    void this._want();
  }

  private _onEvent(_: unknown, { key }: LakeEvent): void {
    if (key === EVERYTHING || key === SESSION_KEY || this._keys.includes(key)) {
      void this._want();
    }
  }

  /** Runs now, or once more after the run that is under way. */
  private _want(): Promise<void> {
    this._wanted = true;
    this._running ??= this._runAll().finally(() => (this._running = null));
    return this._running;
  }

  private async _runAll(): Promise<void> {
    while (this._wanted && !this._disposed) {
      this._wanted = false;
      await this._run();
      if (this._wanted) {
        await new Promise(resolve => setTimeout(resolve, REST_MS));
      }
    }
  }

  private async _run(): Promise<void> {
    const kernel = this._kernel;
    const items = this._options.acceptance.accepted;
    if (items.length === 0 || kernel === null) {
      this._last = null;
      this._set({ ...NOTHING, status: kernel === null ? 'no-kernel' : 'idle' });
      return;
    }
    try {
      const info = await infoOf(kernel);
      if (info === null) {
        this._set({ ...NOTHING, status: 'no-kernel' });
        return;
      }
      const { language_info } = info;
      const prepared = await call(this._options.settings, prepareInjection, {
        notebook: this._options.cart.path,
        items: items.map(({ instance, did, variableName, type }) => ({
          instance,
          did,
          variableName,
          type
        })),
        language: language_info.name
      });
      await this._inject(kernel, language_info.name, prepared);
    } catch (error) {
      if (this._kernel === kernel) {
        this._set({ ...this._state, status: 'failed', problem: toProblem(error) });
      }
    }
  }

  private async _inject(
    kernel: Kernel.IKernelConnection,
    language: string,
    { code, reportExpression, supported, injections }: Prepared
  ): Promise<void> {
    const known = { language, injections, problem: null };
    if (!supported) {
      this._set({ ...NOTHING, ...known, status: 'unsupported' });
      return;
    }
    if (code === null || reportExpression === null) {
      this._last = null;
      this._set({ ...NOTHING, ...known });
      return;
    }
    this._last = { code, reportExpression };
    if (this._ranIn === kernel && this._isUpToDate(injections)) {
      this._set({ ...this._state, ...known, status: 'done' });
      return;
    }
    this._ranIn = kernel;
    this._set({ ...this._state, ...known, status: 'working' });
    const outcome = await runSilently(kernel, code, reportExpression);
    if (outcome.status === 'gone') {
      this._ranIn = null;
      this._set({ ...NOTHING, ...known, status: 'no-kernel' });
    } else if (outcome.status === 'failed') {
      this._ranIn = null;
      const problem = { code: 'internal' as const, message: outcome.message };
      this._set({ ...this._state, ...known, status: 'failed', problem });
    } else {
      this._set({ ...this._state, ...known, status: 'done', report: outcome.report ?? [] });
    }
  }

  /** Nothing that the kernel's values do not see by themselves. */
  private _isUpToDate(injections: readonly Injection[]): boolean {
    const { report } = this._state;
    return (
      injections.length === report.length &&
      injections.every(({ variableName, state, problem }) => {
        const entry = report.find(other => other.variableName === variableName);
        const good = entry?.outcome === 'set' || entry?.outcome === 'kept';
        return good && (problem !== null || entry.ready === (state === 'AVAILABLE'));
      })
    );
  }

  private _set(state: IVariablesState): void {
    if (!this._disposed) {
      this._state = state;
      this._changed.emit();
    }
  }

  private _state: IVariablesState = NOTHING;
  private _last: { code: string; reportExpression: string } | null = null;
  private _ranIn: Kernel.IKernelConnection | null = null;
  private _keys: readonly string[] = [];
  private _watched: IDisposable | null = null;
  private _wanted = false;
  private _running: Promise<void> | null = null;
  private _disposed = false;
  private readonly _changed = new Signal<this, void>(this);
}

/** What the kernel says it is; null: it went away before. Its own promise is then pending for ever. */
async function infoOf(
  kernel: Kernel.IKernelConnection
): Promise<Awaited<Kernel.IKernelConnection['info']> | null> {
  let leave = () => {};
  const gone = new Promise<null>(resolve => {
    leave = () => resolve(null);
    kernel.disposed.connect(leave);
  });
  try {
    return kernel.isDisposed ? null : await Promise.race([kernel.info, gone]);
  } finally {
    kernel.disposed.disconnect(leave);
  }
}
