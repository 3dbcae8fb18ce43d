import { Signal, type ISignal } from '@lumino/signaling';
import type { ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type * as z from 'zod';
import { stream } from '../../common/browser/client.js';
import { toProblem, type Problem } from '../../common/contract/problem.js';
import { planUpload, type FATES, type PlannedFile } from '../contract.js';
import type { PlanRequest } from './form.js';

const DEBOUNCE_MS = 350;

export type Fate = (typeof FATES)[number];
export type PlanEnd = z.output<typeof planUpload.end>;

/** What is known of the plan that was asked for last. */
export interface IPlanView {
  /** Text of the request that it is about; null: nothing was asked yet. */
  readonly of: string | null;
  readonly files: readonly PlannedFile[];
  readonly bytes: number;
  readonly counts: Readonly<Record<Fate, number>>;
  /** null: more files may come. */
  readonly end: PlanEnd | null;
  /** It could not be asked. */
  readonly problem: Problem | null;
}

const NOTHING: IPlanView = {
  of: null,
  files: [],
  bytes: 0,
  counts: { new: 0, same: 0, other: 0, refused: 0, 'left-out': 0 },
  end: null,
  problem: null
};

/** What identifies a request, so that an answer to another one is not taken for its answer. */
export function planKey(instance: string, plan: PlanRequest): string {
  return JSON.stringify([instance, plan]);
}

/**
 * Asks what would become of each file, a moment after the form has last changed. Another form gives up the
 * question that is under way; what was known stays in sight until the first of the new answer comes.
 */
export class PlanReader implements IDisposable {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  get view(): IPlanView {
    return this._view;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** null: the form cannot be asked about. */
  ask(instance: string, plan: PlanRequest | null): void {
    const key = plan === null ? null : planKey(instance, plan);
    if (key === this._asked) {
      return;
    }
    this._asked = key;
    this._stop();
    if (plan !== null && key !== null) {
      this._timer = setTimeout(() => void this._read(instance, plan, key), DEBOUNCE_MS);
    }
  }

  /** Asks the same once more. */
  again(instance: string, plan: PlanRequest): void {
    this._asked = planKey(instance, plan);
    this._stop();
    void this._read(instance, plan, this._asked);
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  dispose(): void {
    this._disposed = true;
    this._stop();
    Signal.clearData(this);
  }

  private async _read(instance: string, plan: PlanRequest, key: string): Promise<void> {
    const abort = new AbortController();
    this._abort = abort;
    let view: IPlanView = { ...NOTHING, of: key };
    const show = (next: IPlanView) => {
      view = next;
      if (!abort.signal.aborted) {
        this._view = view;
        this._changed.emit();
      }
    };
    try {
      const lines = stream(this._settings, planUpload, { instance, ...plan }, abort.signal);
      for (;;) {
        const line = await lines.next();
        if (line.done === true) {
          show({ ...view, end: line.value });
          return;
        }
        show(withBatch(view, line.value));
      }
    } catch (error) {
      show({ ...view, problem: toProblem(error) });
    }
  }

  private _stop(): void {
    clearTimeout(this._timer);
    this._abort?.abort();
    this._abort = null;
  }

  private _view = NOTHING;
  private _asked: string | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _abort: AbortController | null = null;
  private _disposed = false;
  private readonly _changed = new Signal<this, void>(this);
}

function withBatch(view: IPlanView, batch: readonly PlannedFile[]): IPlanView {
  const counts = { ...view.counts };
  let { bytes } = view;
  for (const file of batch) {
    counts[file.fate] += 1;
    bytes += file.fate === 'new' ? (file.bytes ?? 0) : 0;
  }
  return { ...view, files: [...view.files, ...batch], counts, bytes };
}
