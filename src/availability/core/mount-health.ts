import { DataLakeError, toProblem, type Problem } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import type { MountHealth } from '../contract.js';
import type { MountedStore } from './mounted-store.js';

const FRESH_MS = 10_000;

/** Whether the mounts answer, and how soon; each change of a state is told. */
export class MountHealths {
  constructor(
    instance: string,
    private readonly _stores: readonly MountedStore[],
    private readonly _clock: IClock,
    private readonly _changed: () => void
  ) {
    this._healths = _stores.map(({ rse, settings }) => ({
      instance,
      rse,
      path: settings.path,
      state: 'UNKNOWN',
      milliseconds: null,
      checkedAt: null,
      problem: null
    }));
  }

  /** Looks at those that have not been looked at lately, all at once. */
  async look(): Promise<MountHealth[]> {
    await Promise.all(this._stores.map((store, index) => this._one(store, index)));
    return [...this._healths];
  }

  private async _one(store: MountedStore, index: number): Promise<void> {
    const before = this._healths[index];
    const started = this._clock.now();
    if (before.checkedAt !== null && started - Date.parse(before.checkedAt) < FRESH_MS) {
      return;
    }
    const { state, problem } = await stateOf(store);
    const now = this._clock.now();
    this._healths[index] = {
      ...before,
      state,
      problem,
      milliseconds: state === 'NOT_ANSWERING' ? null : now - started,
      checkedAt: new Date(now).toISOString()
    };
    if (state !== before.state) {
      this._changed();
    }
  }

  private readonly _healths: MountHealth[];
}

async function stateOf({
  rse,
  settings: { path },
  prober
}: MountedStore): Promise<{ state: MountHealth['state']; problem: Problem | null }> {
  try {
    const look = await prober.lookAtMount();
    return look === 'there'
      ? { state: 'OK', problem: null }
      : look === 'missing'
        ? {
            state: 'MISSING',
            problem: {
              code: 'mount-missing',
              message: `The mount of ${rse} is not there: ${path} does not exist.`
            }
          }
        : {
            // An RSE that holds nothing yet looks the same as a mount that is not there.
            state: 'UNKNOWN',
            problem: {
              code: 'mount-missing',
              message: `${path} is empty and nothing is mounted on it: if ${rse} holds files, its mount is missing.`
            }
          };
  } catch (error) {
    if (!(error instanceof DataLakeError)) {
      throw error;
    }
    return {
      state: error.code === 'mount-not-answering' ? 'NOT_ANSWERING' : 'MISSING',
      problem: toProblem(error)
    };
  }
}
