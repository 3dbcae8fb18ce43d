import type { IClock } from '../common/core/clock.js';
import type { IRsesToWrite } from '../upload/core/ports.js';

const KEPT_MS = 60_000;
const DEADLINE_MS = 60_000;

/** What PFNs of an RSE begin with, asked once a minute and not for each file. */
export function rsePrefixes(
  rses: IRsesToWrite,
  clock: IClock
): (rse: string) => Promise<readonly string[]> {
  const kept = new Map<string, { at: number; prefixes: Promise<readonly string[]> }>();
  const ask = async (rse: string) => {
    const { protocols } = await rses.facts(rse, AbortSignal.timeout(DEADLINE_MS));
    return protocols.map(({ prefix }) => prefix);
  };
  return rse => {
    const found = kept.get(rse);
    if (found !== undefined && clock.elapsed() - found.at < KEPT_MS) {
      return found.prefixes;
    }
    const prefixes = ask(rse);
    kept.set(rse, { at: clock.elapsed(), prefixes });
    // A failure is not kept.
    prefixes.catch(() => kept.delete(rse));
    return prefixes;
  };
}
