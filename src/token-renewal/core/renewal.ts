import { DataLakeError, toProblem, type Problem } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import { skewOf, wrongClock } from './clock-skew.js';
import { isNearItsEnd, renewalAt, retryAt, type Random } from './schedule.js';
import type { IIssuedToken, ITarget, ITokenIssuer, ITokenOutlet } from './ports.js';

export interface IRenewalOptions {
  issuer: ITokenIssuer;
  outlet: ITokenOutlet;
  clock: IClock;
  random: Random;
}

export type RenewalState = 'waiting' | 'valid' | 'failing' | 'expired';

/** A row of failures of one kind. */
interface ITrouble {
  since: number;
  problem: Problem;
  againAt: number;
}

/**
 * One target's token. Asking for it and putting it into its files are apart: a full disk costs no second
 * request, files that were removed are put back while the identity provider is away, and what is in the
 * files stays there until there is a better one.
 */
export class Renewal {
  constructor(
    readonly target: ITarget,
    private readonly _options: IRenewalOptions
  ) {}

  /** When a new token is to be asked for, in milliseconds since 1970. */
  get dueAt(): number {
    return this._asking?.againAt ?? this._dueAt;
  }

  /** A new token is wanted, however good the present one is. */
  hurry(): void {
    this._wanted++;
    this._dueAt = -Infinity;
    if (this._asking !== null) {
      this._asking.againAt = -Infinity;
    }
  }

  /** The token in the files; null: there was never one. */
  get written(): IIssuedToken | null {
    return this._written;
  }

  get problem(): Problem | null {
    const held = this._issued !== null && this._issued !== this._written ? this._issued : null;
    const trouble = this._writing ?? this._asking;
    return trouble?.problem ?? (held === null ? null : wrongClock(skewOf(held)));
  }

  get state(): RenewalState {
    if (this._written === null) {
      return 'waiting';
    }
    if (this._written.life.expiresAt <= this._options.clock.now()) {
      return 'expired';
    }
    const { problem } = this;
    return problem === null || problem.code === 'clock-wrong' ? 'valid' : 'failing';
  }

  /** Takes the token away from those who use it. */
  async forget(): Promise<void> {
    this._issued = this._written = null;
    this._signOuts++;
    this.hurry();
    await this._options.outlet.remove(this.target.name);
  }

  /** Takes a token that is good already, e.g. of a server before this one. */
  adopt(token: IIssuedToken): void {
    this._issued = token;
    this._dueAt = renewalAt(token.life, this._options.random);
  }

  /** Asks for a token and puts it into its files. Returns why there is none, if so; throws nothing but bugs. */
  async attend(signal: AbortSignal): Promise<DataLakeError | null> {
    const { issuer, random } = this._options;
    const [wanted, signOuts] = [this._wanted, this._signOuts];
    try {
      const issued = await issuer.issue(this.target, signal);
      if (signOuts !== this._signOuts) {
        return null;
      }
      this._issued = issued;
      this._asking = null;
      // Somebody may have signed in meanwhile.
      this._dueAt = wanted === this._wanted ? renewalAt(issued.life, random) : -Infinity;
      this._isUrgent = wanted !== this._heeded;
      this._heeded = wanted;
    } catch (error) {
      this._asking = this._after(this._asking, error);
      if (wanted !== this._wanted) {
        this._asking.againAt = -Infinity;
      }
      return error as DataLakeError;
    }
    await this.keep();
    return null;
  }

  /** Puts into the files what belongs there and is not there, as far as that can be done without a request for a token. */
  async keep(): Promise<void> {
    const { outlet, clock } = this._options;
    const token = this._best();
    if (token === null || (this._writing?.againAt ?? 0) > clock.now()) {
      return;
    }
    const { name } = this.target;
    const signOuts = this._signOuts;
    try {
      if (token !== this._written || !(await outlet.holds(name, token.token))) {
        await outlet.write(name, token.token);
      }
      if (signOuts === this._signOuts) {
        this._written = token;
      } else {
        await outlet.remove(name);
      }
      this._writing = null;
    } catch (error) {
      this._writing = this._after(this._writing, error);
    }
  }

  /**
   * The newest token that is good. One whose issue lies ahead of our clock is held back while the one before
   * it will do: who checks tokens may refuse it for being of the future.
   */
  private _best(): IIssuedToken | null {
    const now = this._options.clock.now();
    const [issued, written] = [this._issued, this._written];
    if (issued === null || issued.life.expiresAt <= now) {
      return null;
    }
    const isEarly = (issued.issuedAt ?? now) > now && !this._isUrgent;
    return isEarly && written !== null && !isNearItsEnd(written.life, now) ? written : issued;
  }

  /** Throws what is a bug. */
  private _after(before: ITrouble | null, error: unknown): ITrouble {
    if (!(error instanceof DataLakeError)) {
      throw error;
    }
    const { clock, random } = this._options;
    const now = clock.now();
    const since = before?.since ?? now;
    const expiresAt = this._written?.life.expiresAt ?? null;
    const retryAfterMs = (error.retryAfterSeconds ?? 0) * 1000;
    const againAt = retryAt({ now, since, expiresAt, retryAfterMs }, random);
    return { since, problem: toProblem(error), againAt };
  }

  private _issued: IIssuedToken | null = null;
  private _written: IIssuedToken | null = null;
  private _asking: ITrouble | null = null;
  private _writing: ITrouble | null = null;
  private _dueAt = -Infinity;
  /** How often somebody has wanted a new token, and as of which time the present one is. */
  private _wanted = 0;
  private _heeded = 0;
  private _signOuts = 0;
  private _isUrgent = false;
}
