import type { JobDesk } from './engine.js';
import type { IFileRecord } from './ports.js';

const BATCH = 500;
const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/** Waits for the lake's own copies of what lies in scratch space, then lets Rucio remove it there: from `moving` to `done`. */
export class Mover {
  constructor(private readonly _desk: JobDesk) {}

  /** Until nothing moves and `coming` says that nothing more comes. */
  async run(coming: () => boolean, signal: AbortSignal): Promise<void> {
    const { store, clock } = this._desk.engine;
    let pause = FIRST_MS;
    for (;;) {
      const more = coming();
      const moving = store.files(this._desk.id, { states: ['moving'] });
      if (moving.length === 0 && !more) {
        return;
      }
      let arrived = 0;
      for (let at = 0; at < moving.length; at += BATCH) {
        const batch = moving.slice(at, at + BATCH);
        arrived += await this._desk.patiently(() => this._look(batch, signal), signal);
      }
      pause = arrived > 0 ? FIRST_MS : Math.min(LONGEST_MS, pause * 1.5);
      await clock.sleep(pause, signal);
    }
  }

  /** Answers how many have arrived. */
  private async _look(files: readonly IFileRecord[], signal: AbortSignal): Promise<number> {
    const { engine, id, job } = this._desk;
    const { registry } = engine.lake(job.instance);
    const rules = await registry.rules(
      files.flatMap(({ ruleId }) => ruleId ?? []),
      signal
    );
    const arrived = files.filter(({ ruleId }) => rules.get(ruleId ?? '')?.done === true);
    if (arrived.length > 0) {
      const rule = {
        ...{ rseExpression: job.rse!, copies: 1, activity: null, source: null, purge: true },
        // Without an end Rucio would keep it; one second is the soonest.
        lifetimeSeconds: job.plan.deletionDelaySeconds ?? 1
      };
      await registry.keep(
        arrived.map(({ did }) => did),
        rule,
        signal
      );
    }
    const gone = files.filter(({ ruleId }) => !rules.has(ruleId ?? ''));
    engine.store.changeFiles(id, [
      ...arrived.map(({ nr }) => ({
        nr,
        fields: { state: 'done' as const, left: false, problem: null }
      })),
      ...gone.map(({ nr, did }) => ({
        nr,
        fields: {
          state: 'failed' as const,
          problem: {
            code: 'conflict' as const,
            message: `The rule that brings ${did} to its destination was removed: the file is in scratch space still.`
          }
        }
      })),
      ...files.flatMap(({ nr, ruleId, problem }) => {
        const error = rules.get(ruleId ?? '')?.error ?? null;
        return error === null || error === problem?.detail
          ? []
          : [{ nr, fields: { problem: stuck(error) } }];
      })
    ]);
    return arrived.length;
  }
}

const stuck = (error: string) => ({
  code: 'rucio-failed' as const,
  message: 'Rucio has trouble copying it to its destination, and tries again by itself.',
  detail: error
});
