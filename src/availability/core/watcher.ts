import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import type { ILog } from '../../common/core/log.js';
import type { Availability } from '../contract.js';
import type { Availabilities } from './availabilities.js';
import type { LakeFacts } from './lake-facts.js';
import type { IRule, IRules } from './ports.js';

/** While something moves. Half of it passes, on average, between a change in Rucio and our knowing. */
export const FAST_MS = 1700;
/** Of what does not move: a rule that somebody else makes is noticed after this time. */
const SLOW_MS = 15_000;
const SLOWEST_MS = 120_000;
const SLOWEST_MOVING_MS = 60_000;
/** The time from one look to the next, as a share of how long nothing has moved: it adds no more to the waiting. */
const IMPATIENCE = 0.05;
const GROWTH = 1.5;
/** Locks of all that is on its way by others' rules are asked for again. */
const LOCKS_MS = 14_000;
/** What a rule of the account's own on the very DID brings: the list of these rules tells all that matters, nearly. */
const OWN_LOCKS_MS = 60_000;
const OWN_SINGLE_MS = 300_000;
const OTHERS_RULES_MS = 10_000;
const SINGLE_MS = 45_000;
const CONTENT_MS = 300_000;
const WAITING_MS = 120_000;
/** An account with more rules on their way than this is asked about rule by rule. */
const MANY_RULES = 500;

export interface IWatcherOptions {
  availabilities: Availabilities;
  facts: LakeFacts;
  rules: IRules;
  clock: IClock;
  log: ILog;
}

/**
 * Asks Rucio about all that somebody waits for, together: one request lists the account's rules that
 * are on their way, one now and then the locks by anybody's rules. Asks nothing when nobody watches.
 */
export class Watcher {
  constructor(private readonly _options: IWatcherOptions) {}

  /** Replaces what is shown in windows. */
  show(dids: ReadonlySet<string>): void {
    const fresh = [...dids].some(did => !this._shown.has(did));
    this._shown = new Set(dids);
    if (fresh) {
      this.hurry();
    }
  }

  /** Watches this DID until the function that is returned is called. */
  hold(did: string): () => void {
    const hold = { did };
    this._held.add(hold);
    this.hurry();
    return () => {
      this._held.delete(hold);
    };
  }

  /** How many of what is watched are on their way. */
  get underWay(): number {
    return this._watched().filter(did => this._moves(did)).length;
  }

  watches(did: string): boolean {
    return this._shown.has(did) || [...this._held].some(hold => hold.did === did);
  }

  /** How old what the watcher has found out may be now. */
  get freshForMs(): number {
    return this._interval + FAST_MS;
  }

  /** Something has happened here: looks soon, and often again. */
  hurry(): void {
    this._movedAt = this._options.clock.now();
    this._slowInterval = SLOW_MS;
    this._interval = FAST_MS;
    this._hurried = true;
    this._wake?.abort(HURRY);
    if (!this._running) {
      this._running = true;
      void this._run();
    }
  }

  /** Somebody else has found out that this DID has changed. */
  notice(did: string): void {
    if (!this._inRound && this._interval > FAST_MS && this.watches(did)) {
      this.hurry();
    }
  }

  /** For ever. */
  stop(): void {
    this._stop.abort();
  }

  private async _run(): Promise<void> {
    const { clock, log } = this._options;
    while (this._watched().length > 0 && !this._stop.signal.aborted) {
      this._hurried = false;
      this._inRound = true;
      const failed = await this._round().then(
        () => false,
        (error: unknown) => {
          if (!(error instanceof DataLakeError)) {
            log.error('watching the lake failed unexpectedly', { trace: String(error) });
          }
          return true;
        }
      );
      this._inRound = false;
      this._setInterval(failed);
      if (this._hurried) {
        continue;
      }
      this._wake = new AbortController();
      await clock
        .sleep(this._interval, AbortSignal.any([this._wake.signal, this._stop.signal]))
        .catch(() => undefined);
    }
    this._running = false;
  }

  private _watched(): string[] {
    return [...new Set([...this._shown, ...[...this._held].map(({ did }) => did)])];
  }

  private async _round(): Promise<void> {
    const { availabilities, clock } = this._options;
    const watched = this._watched();
    const before = watched.map(did => this._sign(did));
    const moving = watched.filter(did => this._moves(did));
    const still = watched.filter(did => !moving.includes(did));
    if (moving.some(did => this._byOwnRule(did))) {
      try {
        await this._askOwnRules();
      } catch (error) {
        this._troubles++;
        availabilities.fail(moving, error);
        throw error;
      }
    }
    const due = clock.now() - this._stillAskedAt >= this._slowInterval;
    const unknown = still.filter(did => availabilities.entry(did) === undefined);
    const asked = due ? still : unknown;
    if (due) {
      this._stillAskedAt = clock.now();
    }
    const own = moving.filter(did => this._byOwnRule(did) && this._ruleOf(did)?.did === did);
    const others = [...moving.filter(did => !own.includes(did)), ...asked];
    const ages = this._ages();
    await Promise.all([
      availabilities.refresh(own, { ...ages, ...OWN_AGES }, this._stop.signal),
      availabilities.refresh(others, ages, this._stop.signal)
    ]);
    if (watched.some((did, index) => this._sign(did) !== before[index])) {
      this._movedAt = clock.now();
      this._slowInterval = SLOW_MS;
    } else if (due) {
      this._slowInterval = Math.min(this._slowInterval * GROWTH, SLOWEST_MS);
    }
    if ([...moving, ...asked].some(did => 'problem' in (availabilities.entry(did)?.answer ?? {}))) {
      this._troubles++;
    } else {
      this._troubles = 0;
    }
  }

  private _ages() {
    const slower = this._interval > FAST_MS ? this._interval : 0;
    return {
      content: CONTENT_MS,
      locks: Math.max(LOCKS_MS, slower),
      rules: Math.max(OTHERS_RULES_MS, slower),
      single: Math.max(SINGLE_MS, slower),
      waiting: WAITING_MS
    };
  }

  /** The account's own rules on their way, in one request; one that has left the list is asked for. */
  private async _askOwnRules(): Promise<void> {
    const { facts, rules } = this._options;
    if (this._tooMany) {
      return;
    }
    const now = new Map<string, IRule>();
    for await (const batch of rules.mine('REPLICATING', this._stop.signal)) {
      batch.forEach(rule => now.set(rule.id, rule));
      if (now.size > MANY_RULES) {
        this._tooMany = true;
        return;
      }
    }
    now.forEach(rule => facts.rules.learn(rule.id, rule));
    for (const did of this._watched()) {
      const rule = this._ruleOf(did);
      if (rule?.mine === true && rule.state === 'REPLICATING' && !now.has(rule.id)) {
        facts.rules.doubt(rule.id);
        facts.forget(did);
      }
    }
  }

  private _setInterval(failed: boolean): void {
    const { clock } = this._options;
    const moving = this._watched().some(did => this._moves(did));
    if (failed || this._troubles > 0) {
      this._interval = Math.min(this._interval * 2, SLOWEST_MOVING_MS);
    } else if (!moving) {
      this._interval = this._slowInterval;
    } else {
      const share = IMPATIENCE * (clock.now() - this._movedAt);
      this._interval = Math.min(Math.max(FAST_MS, share), SLOWEST_MOVING_MS);
    }
  }

  private _availability(did: string): Availability | null {
    const answer = this._options.availabilities.entry(did)?.answer;
    return answer !== undefined && 'availability' in answer ? answer.availability : null;
  }

  /** Worth asking about often. */
  private _moves(did: string): boolean {
    const entry = this._options.availabilities.entry(did);
    const state = this._availability(did)?.state;
    return (
      entry === undefined ||
      'problem' in entry.answer ||
      state === 'REPLICATING' ||
      state === 'INJECT' ||
      state === 'PATH_MISSING' ||
      this._paths(did)
    );
  }

  /** The paths of a large one are still being looked at. */
  private _paths(did: string): boolean {
    const availability = this._availability(did);
    return (
      availability?.state === 'AVAILABLE' && availability.paths.checked < availability.paths.total
    );
  }

  private _ruleOf(did: string): Availability['rule'] {
    return this._availability(did)?.rule ?? null;
  }

  private _byOwnRule(did: string): boolean {
    const rule = this._ruleOf(did);
    return rule?.mine === true && rule.state === 'REPLICATING';
  }

  /** Changes with whatever is worth hurrying for. */
  private _sign(did: string): string {
    const answer = this._options.availabilities.entry(did)?.answer;
    return answer === undefined
      ? ''
      : 'availability' in answer
        ? String(answer.availability.version)
        : answer.problem.code;
  }

  private _shown: ReadonlySet<string> = new Set();
  private readonly _held = new Set<{ did: string }>();
  private _running = false;
  private _inRound = false;
  private _hurried = false;
  private _tooMany = false;
  private _interval = FAST_MS;
  private _slowInterval = SLOW_MS;
  private _stillAskedAt = -Infinity;
  private _movedAt = 0;
  private _troubles = 0;
  private _wake: AbortController | null = null;
  private readonly _stop = new AbortController();
}

const OWN_AGES = { locks: OWN_LOCKS_MS, single: OWN_SINGLE_MS };

const HURRY = new DOMException('something has happened', 'AbortError');
