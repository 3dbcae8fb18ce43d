import type { Row } from '../../contract.js';
import type { RowLoader } from '../../browser/loading.js';

/** A row of scope `obs`. */
export function row(name: string, type: Row['type'] = 'FILE', change: Partial<Row> = {}): Row {
  return { scope: 'obs', name, type, bytes: 1000, length: null, ...change };
}

/** A list that is complete at once. */
export function loaderOf(...batches: Row[][]): RowLoader {
  return async function* () {
    yield* batches;
  };
}

/** A list whose batches the test sends. */
export function slowLoader() {
  const pending: (() => void)[] = [];
  const queue: (Row[] | Error | null)[] = [];
  const signals: AbortSignal[] = [];
  const say = (next: Row[] | Error | null) => {
    queue.push(next);
    pending.shift()?.();
  };
  const loader: RowLoader = async function* (signal) {
    signals.push(signal);
    for (;;) {
      if (queue.length === 0) {
        await new Promise<void>(resolve => pending.push(resolve));
      }
      const next = queue.shift();
      if (next instanceof Error) {
        throw next;
      }
      if (next === null || next === undefined) {
        return;
      }
      yield next;
    }
  };
  return {
    loader,
    signals,
    batch: (...rows: Row[]) => say(rows),
    fail: (error: Error) => say(error),
    end: () => say(null)
  };
}

/** Lets everything that is due already happen: one turn of the event loop. */
export async function settle(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve));
}
