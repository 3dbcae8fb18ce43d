import type { IClock } from './clock.js';

/** The one process of this user that owns something. The system drops it when the process ends, however it ends. */
export interface IOwnership {
  /** Whether this process is the owner, from now on or already. */
  acquire(): boolean;
  release(): void;
}

/** How soon another process takes an owner's place, and an owner learns that it is none any more. */
export const LOOK_MS = 1000;

export interface IOwning {
  /** While this process is the owner. Its signal is aborted when it is none any more. */
  own(signal: AbortSignal): Promise<void>;
  /** Every second while another process is. */
  follow(): Promise<void>;
}

/** Owns whenever nobody else does, until the signal is aborted. */
export async function whileOwner(
  ownership: IOwnership,
  clock: IClock,
  { own, follow }: IOwning,
  signal: AbortSignal
): Promise<void> {
  while (!signal.aborted) {
    if (ownership.acquire()) {
      try {
        await owned(ownership, clock, own, signal);
      } finally {
        ownership.release();
      }
    } else {
      await follow();
      await clock.sleep(LOOK_MS, signal).catch(() => {});
    }
  }
}

/** Until the signal is aborted, or somebody has taken the ownership away, e.g. with its folder. */
async function owned(
  ownership: IOwnership,
  clock: IClock,
  own: IOwning['own'],
  signal: AbortSignal
): Promise<void> {
  const lost = new AbortController();
  const owning = AbortSignal.any([signal, lost.signal]);
  const work = own(owning).finally(() => lost.abort());
  while (!owning.aborted) {
    await clock.sleep(LOOK_MS, owning).catch(() => {});
    if (!owning.aborted && !ownership.acquire()) {
      lost.abort();
    }
  }
  await work;
}
