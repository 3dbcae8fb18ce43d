import type { ProblemCode } from '../common/contract/problem.js';
import { NO_LOG } from '../common/core/log.js';
import { TokenKeeper } from '../token-renewal/core/keeper.js';
import { Renewal } from '../token-renewal/core/renewal.js';
import { HandClock } from './hand-clock.js';
import { MemoryOutlet, TokenIssuer } from './token-issuer.js';

const TARGETS = ['rucio', 'eos', 'xrootd'].map(name => ({ name, audience: name, scope: '' }));
const HOUR = 3_600_000;
const FAULTS: readonly ProblemCode[] = ['issuer-unreachable', 'issuer-failed', 'token-refused'];

/** Numbers that look random and are the same in each run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** Three targets' tokens, kept fresh by a hand clock until `stop`. */
export function keepTokens({ lifeMs = 2 * HOUR, seed = 1 } = {}) {
  const clock = new HandClock();
  const random = randomFrom(seed);
  const issuer = new TokenIssuer(clock, lifeMs);
  const outlet = new MemoryOutlet();
  let changes = 0;
  const renewals = TARGETS.map(target => new Renewal(target, { issuer, outlet, clock, random }));
  const onChange = () => void changes++;
  const keeper = new TokenKeeper(renewals, { clock, random, log: NO_LOG, onChange });
  const end = new AbortController();
  const ended = keeper.run(end.signal);
  const stop = async () => {
    end.abort();
    await ended;
  };
  const good = () => TARGETS.every(({ name }) => outlet.goodUntil(name) > clock.now());
  return { clock, random, issuer, outlet, keeper, good, changes: () => changes, stop };
}

/** Ends of a target's token before there was a new one. */
export interface IGaps {
  /** No outage was longer than what was left of the token. */
  unexplained: number;
  explained: number;
}

/** Thirty days of tokens of two hours, with an outage of up to 90 minutes every two hours or so. */
export async function thirtyDays(seed: number): Promise<IGaps> {
  const { clock, random, issuer, keeper, stop } = keepTokens({ seed });
  await clock.advance(0);
  const end = clock.now() + 30 * 24 * HOUR;
  const gaps = { unexplained: 0, explained: 0 };
  while (clock.now() < end) {
    issuer.trouble = () => null;
    await clock.advance(random() * 4 * HOUR);
    const fault = FAULTS[Math.floor(random() * FAULTS.length)];
    const outage = random() * 1.5 * HOUR;
    const left = keeper.renewals.map(({ written }) => (written?.life.expiresAt ?? 0) - clock.now());
    issuer.trouble = () => fault;
    await clock.advance(outage);
    issuer.trouble = () => null;
    keeper.renewals.forEach(({ state }, n) => {
      if (state === 'expired') {
        gaps[left[n] > outage ? 'unexplained' : 'explained'] += 1;
      }
    });
  }
  await stop();
  return gaps;
}
