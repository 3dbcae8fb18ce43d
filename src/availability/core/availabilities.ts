import type { Availability, AvailabilityAnswer, Rule } from '../contract.js';
import { DataLakeError, toProblem } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import { derive, type IStanding, type IVerdict } from './derive.js';
import type { IAges } from './ages.js';
import type { LakeFacts } from './lake-facts.js';
import type { MountedStore } from './mounted-store.js';
import type { PathCheck } from './path-check.js';
import type { IAccounts, IRule } from './ports.js';
import { Pace } from './pace.js';

const ENDS_SOON_MS = 86_400_000;

/** What was last found out about a DID. */
export interface IEntry {
  answer: AvailabilityAnswer;
  /** When it was asked for; -Infinity: it is in doubt. */
  at: number;
  /** Rises with each asking. */
  order: number;
}

export interface IAvailabilitiesOptions {
  facts: LakeFacts;
  stores: readonly MountedStore[];
  paths: PathCheck;
  accounts: IAccounts;
  clock: IClock;
  pace: Pace;
  /** Something about this DID has changed. */
  changed: (did: string, version: number) => void;
}

/** Where DIDs stand, as it was last found out; each change gets a version and is told. */
export class Availabilities {
  constructor(private readonly _options: IAvailabilitiesOptions) {}

  entry(did: string): IEntry | undefined {
    return this._entries.get(did);
  }

  /**
   * Finds out anew; of those that somebody is finding out about already, waits for that. What cannot
   * be found out becomes a problem of the DIDs concerned.
   */
  async refresh(dids: readonly string[], ages: IAges, signal: AbortSignal): Promise<void> {
    const ask = [...new Set(dids)].filter(did => !this._asking.has(did));
    if (ask.length > 0) {
      const asking = this._ask(ask, ages, signal).finally(() =>
        ask.forEach(did => this._asking.get(did) === asking && this._asking.delete(did))
      );
      ask.forEach(did => this._asking.set(did, asking));
    }
    await Promise.all(new Set(dids.flatMap(did => this._asking.get(did) ?? [])));
  }

  private async _ask(dids: readonly string[], ages: IAges, signal: AbortSignal): Promise<void> {
    const { facts, stores, accounts, clock } = this._options;
    const started = clock.now();
    const order = ++this._asked;
    let standings: Awaited<ReturnType<LakeFacts['standings']>>;
    let account: string;
    try {
      if (stores.length === 0) {
        throw new DataLakeError(
          'not-configured',
          'No mounted RSE is configured: set c.DataLake.mounts.'
        );
      }
      account = await accounts.name(signal);
      standings = await facts.standings(dids, ages, signal);
    } catch (error) {
      if (signal.aborted) {
        throw error;
      }
      dids.forEach(did => this._set(did, problemOf(did, error), started, order));
      if (!(error instanceof DataLakeError)) {
        throw error;
      }
      return;
    }
    await Promise.all(
      dids.map(async did => {
        let answer: AvailabilityAnswer;
        try {
          const found = standings.get(did) ?? [];
          if (found instanceof DataLakeError) {
            throw found;
          }
          answer = { did, availability: await this._availability(found, account, signal) };
        } catch (error) {
          if (!(error instanceof DataLakeError)) {
            throw error;
          }
          answer = problemOf(did, error);
        }
        this._set(did, answer, started, order);
      })
    );
  }

  /** Nothing can be found out about these now. */
  fail(dids: readonly string[], error: unknown): void {
    const order = ++this._asked;
    dids.forEach(did => this._set(did, problemOf(did, error), this._options.clock.now(), order));
  }

  /** It may be anything now: what was found out, and what is being found out, is not to be believed. */
  doubt(did: string): void {
    this._asking.delete(did);
    this._doubtedAt.set(did, ++this._asked);
    const entry = this._entries.get(did);
    if (entry !== undefined) {
      entry.at = -Infinity;
    }
  }

  /** Nothing is known that may be believed. */
  doubts(did: string): boolean {
    return (this._entries.get(did)?.at ?? -Infinity) === -Infinity;
  }

  /** Something of it has changed that the answer does not hold: the same answer, as a new version. */
  touch(did: string): number {
    const version = ++this._version;
    const entry = this._entries.get(did);
    if (entry !== undefined) {
      entry.answer = withVersion(entry.answer, version);
    }
    return version;
  }

  private async _availability(
    standings: readonly IStanding[],
    account: string,
    signal: AbortSignal
  ): Promise<Availability> {
    const verdicts = standings.map(standing => ({ standing, verdict: derive(standing) }));
    const { standing, verdict } = verdicts.reduce((best, other) =>
      nearness(other.verdict) > nearness(best.verdict) ? other : best
    );
    const { info, rse } = standing;
    const { clock, pace } = this._options;
    const store = this._options.stores.find(each => each.rse === rse) as MountedStore;
    const { expiresAt } = verdict.rule ?? { expiresAt: null };
    const base: Availability = {
      did: info.did,
      type: info.type,
      state: verdict.state,
      version: 0,
      rse,
      files: verdict.files,
      bytes: verdict.bytes,
      rule: verdict.rule === null ? null : toRule(verdict.rule, account),
      endsSoon: expiresAt !== null && expiresAt - clock.now() < ENDS_SOON_MS,
      paths: { checked: 0, total: info.files, missing: 0, firstMissing: null },
      reason: await this._reason(verdict, signal),
      etaSeconds: pace.eta(info.did, verdict.state, verdict.bytes)
    };
    if (verdict.state !== 'AVAILABLE' || info.files === 0) {
      this._options.paths.forget(info.did, rse);
      return base;
    }
    const report = await this._options.paths.report(info, store, signal);
    const paths = { ...report, firstMissing: report.firstMissing?.path ?? null };
    if (report.firstMissing === null) {
      return { ...base, paths };
    }
    await mustBeMounted(store);
    const { path, why } = report.firstMissing;
    const more = report.missing > 1 ? ` (and ${report.missing - 1} others)` : '';
    return {
      ...base,
      state: 'PATH_MISSING',
      paths,
      reason: `Rucio says that it is on ${rse}, but ${path} ${why}${more}: check the mount ${store.settings.path}.`
    };
  }

  /** Of a stuck rule Rucio often says no more than MissingSourceReplica: then its analysis is asked for. */
  private async _reason(
    { state, rule, reason }: IVerdict,
    signal: AbortSignal
  ): Promise<string | null> {
    if (state !== 'STUCK' || rule === null || (reason ?? '').includes(' ')) {
      return reason;
    }
    const analysis = await this._options.facts.rules.analysis(rule.id, signal);
    return (
      [reason, analysis === reason ? null : analysis].filter(text => text).join(': ') ||
      'Rucio says no reason.'
    );
  }

  /** A late answer never replaces one that was asked for after it, nor counts after a doubt. */
  private _set(did: string, answer: AvailabilityAnswer, at: number, order: number): void {
    const before = this._entries.get(did);
    if (order < Math.max(this._doubtedAt.get(did) ?? 0, before?.order ?? 0)) {
      return;
    }
    this._doubtedAt.delete(did);
    if (before !== undefined && same(before.answer, answer)) {
      const version = 'availability' in before.answer ? before.answer.availability.version : 0;
      this._entries.set(did, { answer: withVersion(answer, version), at, order });
      return;
    }
    const version = ++this._version;
    this._entries.set(did, { answer: withVersion(answer, version), at, order });
    this._options.changed(did, version);
  }

  private readonly _entries = new Map<string, IEntry>();
  private readonly _asking = new Map<string, Promise<void>>();
  private readonly _doubtedAt = new Map<string, number>();
  private _asked = 0;
  private _version = 0;
}

/** Nothing of a mount that is not there is missing for a reason of its own. */
async function mustBeMounted({ rse, settings, prober }: MountedStore): Promise<void> {
  const look = await prober.lookAtMount();
  if (look !== 'there') {
    throw new DataLakeError(
      'mount-missing',
      look === 'missing'
        ? `The mount of ${rse} is not there: ${settings.path} does not exist. Ask your administrator.`
        : `The mount of ${rse} is not there: ${settings.path} is empty, and nothing is mounted on it. Ask your administrator.`
    );
  }
}

const NEARNESS = {
  AVAILABLE: 7,
  REPLICATING: 6,
  INJECT: 5,
  WAITING_APPROVAL: 4,
  STUCK: 3,
  SUSPENDED: 2,
  PATH_MISSING: 1,
  NOT_AVAILABLE: 0
} as const;

const nearness = ({ state }: IVerdict) => NEARNESS[state];

function problemOf(did: string, error: unknown): AvailabilityAnswer {
  return { did, problem: toProblem(error) };
}

function withVersion(answer: AvailabilityAnswer, version: number): AvailabilityAnswer {
  return 'availability' in answer
    ? { ...answer, availability: { ...answer.availability, version } }
    : answer;
}

/** But for the version, and the estimate, which changes by itself. */
function same(a: AvailabilityAnswer, b: AvailabilityAnswer): boolean {
  const bare = (answer: AvailabilityAnswer) =>
    'availability' in answer
      ? { ...answer.availability, version: 0, etaSeconds: null }
      : answer.problem;
  return JSON.stringify(bare(a)) === JSON.stringify(bare(b));
}

/** A rule as it goes out; `account` is who is signed in. */
export function toRule(rule: IRule, account: string): Rule {
  const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
  return {
    id: rule.id,
    did: rule.did,
    account: rule.account,
    mine: rule.account === account,
    state: rule.state,
    rseExpression: rule.rseExpression,
    copies: rule.copies,
    createdAt: iso(rule.createdAt),
    expiresAt: iso(rule.expiresAt),
    locks: rule.locks,
    error: rule.error,
    activity: rule.activity,
    comment: rule.comment
  };
}
