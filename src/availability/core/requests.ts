import type * as z from 'zod';
import { DataLakeError, toProblem } from '../../common/contract/problem.js';
import type {
  Availability,
  AvailabilityAnswer,
  MakeResult,
  planAvailability,
  Rule
} from '../contract.js';
import type { Abilities, Doing } from './abilities.js';
import { toRule } from './availabilities.js';
import { inTurns } from './in-turns.js';
import type { LakeFacts } from './lake-facts.js';
import { lifetimeWithin, type ILifetimeBounds } from './lifetime.js';
import type { Pace } from './pace.js';
import type { IQuota, IRucio, IRule } from './ports.js';

export type Plan = z.output<typeof planAvailability.answer>;

export interface IRequestSettings {
  /** The mounted RSEs, the default first. */
  rses: readonly string[];
  /** What the administrator lets people choose; empty: the mounted RSEs. */
  rseExpressions: readonly string[];
  lifetime: ILifetimeBounds;
}

export interface IRequestsOptions {
  rucio: IRucio;
  facts: LakeFacts;
  abilities: Abilities;
  pace: Pace;
  settings: IRequestSettings;
  query: (dids: readonly string[], signal: AbortSignal) => Promise<readonly AvailabilityAnswer[]>;
  /** Something was done to these. */
  touched: (dids: readonly string[]) => void;
}

const AT_ONCE = 4;

/** What people ask of Rucio: to bring data here, and to try again, keep or give up what brings it. */
export class Requests {
  constructor(private readonly _options: IRequestsOptions) {}

  /** What may be chosen; the first is the default. */
  get rseExpressions(): readonly string[] {
    const { rseExpressions, rses } = this._options.settings;
    return rseExpressions.length > 0 ? rseExpressions : rses;
  }

  async plan(
    dids: readonly string[],
    rseExpression: string | undefined,
    signal: AbortSignal
  ): Promise<Plan> {
    const { settings, query, pace } = this._options;
    const [rse] = settings.rses;
    const chosen = this._chosen(rseExpression);
    const answers = await query(dids, signal);
    const known = answers.flatMap(answer => ('availability' in answer ? answer.availability : []));
    const wanted = known.filter(({ state }) => state === 'NOT_AVAILABLE');
    const missingBytes = sum(wanted, ({ bytes }) => bytes.total - bytes.available);
    const quota = await this._quota(chosen, rse, signal);
    const remaining =
      quota.limitBytes === null ? null : Math.max(0, quota.limitBytes - quota.usedBytes);
    const rate = pace.bytesPerSecond;
    return {
      rse,
      files: sum(known, ({ files }) => files.total),
      bytes: sum(known, ({ bytes }) => bytes.total),
      missingFiles: sum(wanted, ({ files }) => files.total - files.available),
      missingBytes,
      quota: {
        limitBytes: quota.limitBytes,
        usedBytes: quota.usedBytes,
        remainingBytes: remaining
      },
      fits: wanted.length === 0 || fits(wanted, remaining),
      expectedSeconds:
        rate === null || missingBytes === 0 ? null : Math.max(1, Math.ceil(missingBytes / rate)),
      lifetime: settings.lifetime,
      rseExpressions: [...this.rseExpressions],
      problems: answers.flatMap(answer => ('problem' in answer ? [answer] : []))
    };
  }

  /** In the order asked. A rule only where nothing brings it; one failure does not stop the others. */
  async make(
    dids: readonly string[],
    options: { lifetimeSeconds?: number | undefined; rseExpression?: string | undefined },
    signal: AbortSignal
  ): Promise<MakeResult[]> {
    const { settings, query, rucio, touched } = this._options;
    const lifetimeSeconds = lifetimeWithin(settings.lifetime, options.lifetimeSeconds);
    const rseExpression = this._chosen(options.rseExpression);
    const account = await rucio.accounts.name(signal);
    const answers = await query(dids, signal);
    const results = new Map<string, MakeResult>();
    const work = [...new Map(answers.map(answer => [answer.did, answer])).values()];
    await inTurns(work, AT_ONCE, async answer => {
      try {
        results.set(
          answer.did,
          'problem' in answer
            ? answer
            : await this._bring(
                answer.availability,
                { rseExpression, lifetimeSeconds },
                account,
                signal
              )
        );
      } catch (error) {
        results.set(answer.did, { did: answer.did, problem: toProblem(error) });
      }
    });
    touched(dids);
    return dids.map(
      did =>
        results.get(did) ?? { did, problem: toProblem(new DataLakeError('internal', 'Not tried.')) }
    );
  }

  /** Answers the rule as it is afterwards; null: gone. */
  async change(
    doing: Doing,
    ruleId: string,
    lifetimeSeconds: number | undefined,
    signal: AbortSignal
  ): Promise<Rule | null> {
    const { rucio, abilities, facts, touched, settings } = this._options;
    const { rules, accounts } = rucio;
    const account = await accounts.name(signal);
    const before = await rules.get(ruleId, signal);
    if (before === null) {
      throw new DataLakeError('not-found', 'This rule is gone.');
    }
    if (doing === 'retry' && before.state !== 'STUCK') {
      throw new DataLakeError(
        'conflict',
        `Only a STUCK rule can be tried again; this one is ${before.state}.`
      );
    }
    const mine = before.account === account;
    let after: IRule | null;
    try {
      await abilities.attempt(doing, mine, account, () =>
        doing === 'retry'
          ? rules.retry(ruleId, signal)
          : doing === 'cancel'
            ? rules.cancel(ruleId, signal)
            : rules.extend(ruleId, lifetimeWithin(settings.lifetime, lifetimeSeconds), signal)
      );
      after = await rules.get(ruleId, signal);
      facts.rules.learn(ruleId, after);
    } finally {
      // A refusal is news too: of what this account may do.
      touched([before.did]);
    }
    return after === null ? null : this.wire(toRule(after, account), account);
  }

  /** Rules of a DID, or the account's own. */
  async *list(
    did: string | undefined,
    signal: AbortSignal
  ): AsyncGenerator<Rule[], { count: number }, void> {
    const { rules, accounts } = this._options.rucio;
    const account = await accounts.name(signal);
    let count = 0;
    const batches =
      did === undefined ? rules.mine(null, signal) : once(await rules.ofDid(did, signal));
    for await (const batch of batches) {
      count += batch.length;
      yield batch.map(rule => this.wire(toRule(rule, account), account));
    }
    return { count };
  }

  /** With what the policy was seen to allow. */
  wire(rule: Rule, account: string): Rule {
    const abilities = this._options.abilities.of(rule.mine, account);
    return abilities === undefined ? rule : { ...rule, abilities };
  }

  private async _bring(
    availability: Availability,
    { rseExpression, lifetimeSeconds }: { rseExpression: string; lifetimeSeconds: number },
    account: string,
    signal: AbortSignal
  ): Promise<MakeResult> {
    const { did, state, rule } = availability;
    if (state === 'AVAILABLE' || state === 'PATH_MISSING') {
      return { did, outcome: 'already-there', rule };
    }
    if (state !== 'NOT_AVAILABLE') {
      return { did, outcome: 'already-requested', rule };
    }
    const { rules } = this._options.rucio;
    try {
      const id = await rules.add({ did, rseExpression, lifetimeSeconds }, signal);
      const made = await rules.get(id, signal);
      this._options.facts.rules.learn(id, made);
      return {
        did,
        outcome: 'requested',
        rule: made === null ? null : this.wire(toRule(made, account), account)
      };
    } catch (error) {
      if (error instanceof DataLakeError && error.code === 'conflict') {
        const rival = (await rules.ofDid(did, signal)).find(
          other => other.account === account && other.rseExpression === rseExpression
        );
        if (rival !== undefined) {
          return { did, outcome: 'already-requested', rule: toRule(rival, account) };
        }
      }
      throw error instanceof DataLakeError && error.code === 'quota-exceeded'
        ? await this._explained(error, availability, rseExpression, signal)
        : error;
    }
  }

  /** A refused quota with the numbers. */
  private async _explained(
    error: DataLakeError,
    { bytes, rse }: Availability,
    rseExpression: string,
    signal: AbortSignal
  ): Promise<DataLakeError> {
    const { limitBytes, usedBytes } = await this._quota(rseExpression, rse, signal);
    if (limitBytes === null) {
      return error;
    }
    const need = readable(bytes.total - bytes.available);
    return new DataLakeError(
      'quota-exceeded',
      limitBytes === 0
        ? `This account has no quota on ${rseExpression}, and ${need} are needed: ask your administrator.`
        : `The quota on ${rseExpression} does not suffice: ${need} are needed, ${readable(Math.max(0, limitBytes - usedBytes))} of ${readable(limitBytes)} are free. Choose less data, cancel rules that you do not need, or ask your administrator.`,
      { cause: error, detail: error.detail }
    );
  }

  /** Of an expression that is an RSE, its own; of another, the mounted RSE's. */
  private async _quota(expression: string, rse: string, signal: AbortSignal): Promise<IQuota> {
    const names = await this._options.rucio.rses.matching(expression, signal);
    return this._options.rucio.accounts.quota(
      names.includes(rse) ? rse : (names[0] ?? rse),
      signal
    );
  }

  private _chosen(rseExpression: string | undefined): string {
    const [first] = this.rseExpressions;
    if (first === undefined) {
      throw new DataLakeError(
        'not-configured',
        'No mounted RSE is configured: set c.DataLake.mounts.'
      );
    }
    if (rseExpression !== undefined && !this.rseExpressions.includes(rseExpression)) {
      throw new DataLakeError(
        'bad-request',
        `The administrator does not offer the RSE expression ${rseExpression}: choose ${this.rseExpressions.join(', ')}.`
      );
    }
    return rseExpression ?? first;
  }
}

/** Rucio wants more left than is needed, not just as much (core/rse_selector.py). */
function fits(wanted: readonly Availability[], remaining: number | null): boolean {
  return (
    remaining === null || sum(wanted, ({ bytes }) => bytes.total - bytes.available) < remaining
  );
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

async function* once<T>(batch: T): AsyncGenerator<T, void, void> {
  yield batch;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** For sentences: 1.3 GB. */
function readable(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power]}`;
}
