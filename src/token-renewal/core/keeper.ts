import type { DataLakeError, ProblemCode } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import type { ILog } from '../../common/core/log.js';
import type { Renewal } from './renewal.js';
import { retryAt, tickMs, type ILife, type Random } from './schedule.js';
import { withinTime } from './within-time.js';

/** These say that the identity provider itself is in trouble, whatever it was asked for. */
const AWAY: ReadonlySet<ProblemCode> = new Set(['issuer-unreachable', 'issuer-failed']);
const LONGEST_ATTEMPT_MS = 30_000;
const SHORTEST_ATTEMPT_MS = 2000;
/** By so much may the time of day and the running time differ between two ticks. */
const JUMP_MS = 5000;

export interface IKeeperOptions {
  clock: IClock;
  random: Random;
  log: ILog;
  /** A state, a problem or an end has changed. */
  onChange: () => void;
  /** A target's token was renewed, or could not be. */
  onAttempt?: (target: string, outcome: 'ok' | ProblemCode) => void;
}

/**
 * Keeps tokens fresh. Deadlines are absolute and looked at by a short tick, so that a machine that
 * slept renews when it wakes. Each target is on its own, except while the identity provider is away:
 * then one of them tries for all, so that many targets are no more trouble to it than one.
 */
export class TokenKeeper {
  constructor(
    readonly renewals: readonly Renewal[],
    private readonly _options: IKeeperOptions
  ) {}

  /** Until the signal is aborted; what is under way then is awaited. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this._options;
    let seen = { now: clock.now(), elapsed: clock.elapsed() };
    while (!signal.aborted) {
      await this.turn(signal);
      await this._rest(signal);
      const present = { now: clock.now(), elapsed: clock.elapsed() };
      const jump = present.now - seen.now - (present.elapsed - seen.elapsed);
      seen = present;
      this._announce();
      if (Math.abs(jump) > JUMP_MS) {
        log.info('the machine slept, or its clock was set', { seconds: Math.round(jump / 1000) });
        this.hurry();
      }
    }
    await Promise.all(this._underWay.values());
  }

  /** From the next turn on, new tokens are asked for: for all targets, or for this one. */
  hurry(target?: string): void {
    this._askAgainAt = -Infinity;
    for (const renewal of this.renewals) {
      if (target === undefined || renewal.target.name === target) {
        renewal.hurry();
      }
    }
  }

  /** Puts files right, and begins what is due. Does not wait for the identity provider. */
  async turn(signal: AbortSignal): Promise<void> {
    const idle = this.renewals.filter(renewal => !this._underWay.has(renewal));
    await Promise.all(idle.map(renewal => renewal.keep()));
    this._announce();
    this._begin(signal);
  }

  /** When what is under way has ended. */
  async settled(): Promise<void> {
    while (this._underWay.size > 0) {
      await Promise.all(this._underWay.values());
    }
  }

  /** Until the next tick, or something is due, or an attempt has ended, with a life shorter than known so far. */
  private async _rest(signal: AbortSignal): Promise<void> {
    const { clock } = this._options;
    const now = clock.now();
    const gate = this._awaySince === null ? -Infinity : this._askAgainAt;
    const next = this.renewals
      .map(renewal => Math.max(renewal.dueAt, gate) - now)
      .filter(milliseconds => milliseconds > 0);
    this._wake = new AbortController();
    const woken = AbortSignal.any([signal, this._wake.signal]);
    await clock.sleep(Math.min(tickMs(this._lives()), ...next), woken).catch(() => {});
  }

  private _begin(signal: AbortSignal): void {
    const now = this._options.clock.now();
    const due = this.renewals
      .filter(renewal => renewal.dueAt <= now && !this._underWay.has(renewal))
      .sort((one, other) => one.dueAt - other.dueAt);
    if (this._awaySince !== null) {
      const mayAsk = this._askAgainAt <= now && this._underWay.size === 0;
      due.splice(mayAsk ? 1 : 0);
    }
    for (const renewal of due) {
      const attempt = this._attend(renewal, signal).finally(() => this._wake.abort());
      this._underWay.set(renewal, attempt);
    }
  }

  private async _attend(renewal: Renewal, signal: AbortSignal): Promise<void> {
    const { clock } = this._options;
    const left = (renewal.written?.life.expiresAt ?? Infinity) - clock.now();
    const deadline = Math.max(SHORTEST_ATTEMPT_MS, Math.min(left / 2, LONGEST_ATTEMPT_MS));
    const error = await withinTime(
      clock,
      left > 0 ? deadline : LONGEST_ATTEMPT_MS,
      signal,
      within => renewal.attend(within)
    ).finally(() => this._underWay.delete(renewal));
    if (signal.aborted) {
      return;
    }
    this._options.onAttempt?.(renewal.target.name, error?.code ?? 'ok');
    if (error !== null && AWAY.has(error.code)) {
      this._putOff(error);
    } else if (this._awaySince !== null && error?.code !== 'token-file') {
      this._awaySince = null;
      this._begin(signal);
    }
    this._announce();
  }

  /** Nobody asks before then. */
  private _putOff(error: DataLakeError): void {
    const { clock, random } = this._options;
    const now = clock.now();
    if (this._askAgainAt > now) {
      return;
    }
    this._awaySince ??= now;
    const ends = this._lives().map(({ expiresAt }) => expiresAt);
    const living = ends.filter(end => end > now);
    this._askAgainAt = retryAt(
      {
        now,
        since: this._awaySince,
        expiresAt: living.length === 0 ? null : Math.min(...living),
        retryAfterMs: (error.retryAfterSeconds ?? 0) * 1000
      },
      random
    );
  }

  private _lives(): ILife[] {
    return this.renewals.flatMap(({ written }) => written?.life ?? []);
  }

  private _announce(): void {
    const states = this.renewals.map(
      ({ state, problem, written }) => `${state} ${problem?.code} ${written?.life.expiresAt}`
    );
    if (states.join() !== this._states) {
      this._states = states.join();
      this._options.onChange();
    }
  }

  private readonly _underWay = new Map<Renewal, Promise<void>>();
  private _wake = new AbortController();
  /** Since when the identity provider is in trouble; null: it is not. */
  private _awaySince: number | null = null;
  private _askAgainAt = -Infinity;
  private _states = '';
}
