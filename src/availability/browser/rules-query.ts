import { stream } from '../../common/browser/client.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import { listRules, type Rule } from '../contract.js';
import { RULES_KEY } from './actions.js';

/** Rules that are kept, in Rucio's order, and how many there were. */
export interface IRules {
  rules: readonly Rule[];
  count: number;
}

/** What the browser keeps at most; what is left out is counted and said. */
const MOST_KEPT = 500;

/** All rules of a DID. */
export function rulesOfDid({ settings }: ILake, instance: string | undefined, did: string) {
  return {
    queryKey: [RULES_KEY, instance, did] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      read(stream(settings, listRules, { instance, did }, signal), () => true),
    enabled: instance !== undefined
  };
}

/** Of the rules of the account that is signed in those that are not done, or end soon. */
export function rulesUnderWay({ settings }: ILake, instance: string | undefined) {
  return {
    queryKey: [RULES_KEY, instance] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      read(stream(settings, listRules, { instance }, signal), rule => {
        return rule.state !== 'OK' || endsSoon(rule, Date.now());
      }),
    enabled: instance !== undefined
  };
}

/** Within a day. */
export function endsSoon({ expiresAt }: Rule, now: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) - now < 86_400_000;
}

async function read(
  batches: AsyncIterable<Rule[]>,
  wanted: (rule: Rule) => boolean
): Promise<IRules> {
  const rules: Rule[] = [];
  let count = 0;
  for await (const batch of batches) {
    for (const rule of batch.filter(wanted)) {
      count++;
      if (rules.length < MOST_KEPT) {
        rules.push(rule);
      }
    }
  }
  return { rules, count };
}
