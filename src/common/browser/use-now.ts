import { useSyncExternalStore } from 'react';

const TICK_MS = 30_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;
let now = 0;

function subscribe(listener: () => void): () => void {
  if (timer === null) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
      listeners.forEach(tell => tell());
    }, TICK_MS);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer);
      timer = null;
    }
  };
}

function read(): number {
  if (timer === null) {
    // Nobody ticks yet: the first render of the first reader. Whole ticks, so that two reads agree.
    now = Math.max(now, Math.floor(Date.now() / TICK_MS) * TICK_MS);
  }
  return now;
}

/** The time of day, to half a minute: one timer for all that shows relative times, none while nothing does. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, read);
}
