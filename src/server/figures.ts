import type { ProblemCode } from '../common/contract/problem.js';

/** One token that is kept fresh. Holds no token. */
export interface ITokenFigure {
  instance: string;
  target: string;
  state: 'waiting' | 'valid' | 'failing' | 'expired';
  /** Seconds since 1970; null: there is none. */
  expiresAt: number | null;
}

/** How often renewing a token ended like this. */
export interface IRenewalFigure {
  instance: string;
  target: string;
  outcome: 'ok' | ProblemCode;
  count: number;
}

/** What the bridge shows on Jupyter's /metrics: counts since the start of this process. */
export interface IFigures {
  /** DIDs that somebody waits for and that are on their way, and uploads under way. */
  transfersUnderWay: number;
  /** Requests to Rucio by how they ended: `ok` or a problem's code. */
  rucioRequests: Readonly<Record<string, number>>;
  /** Time until Rucio's answers began, all together. */
  rucioSeconds: number;
  tokens: readonly ITokenFigure[];
  renewals: readonly IRenewalFigure[];
}

/** Counts requests to Rucio, and tells all figures when they have changed, at most once in a while. */
export class Figures {
  /** Who watches transfers says here how many are under way. */
  readonly underWay: (() => number)[] = [];

  /** Who keeps tokens fresh says here how they are. */
  tokens: () => readonly ITokenFigure[] = () => [];

  /** Rucio has answered a request, or has not. */
  rucio(outcome: 'ok' | ProblemCode, seconds: number): void {
    this._requests.set(outcome, (this._requests.get(outcome) ?? 0) + 1);
    this._seconds += seconds;
  }

  /** A token was renewed, or could not be. */
  renewal(instance: string, target: string, outcome: 'ok' | ProblemCode): void {
    const key = [instance, target, outcome].join('\n');
    const known = this._renewals.get(key);
    this._renewals.set(key, { instance, target, outcome, count: (known?.count ?? 0) + 1 });
  }

  get all(): IFigures {
    return {
      transfersUnderWay: this.underWay.reduce((sum, count) => sum + count(), 0),
      rucioRequests: Object.fromEntries(this._requests),
      rucioSeconds: Math.round(this._seconds * 1000) / 1000,
      tokens: this.tokens(),
      renewals: [...this._renewals.values()]
    };
  }

  /** Looks every so often, and tells what is new; an idle server tells nothing. */
  tell(tell: (figures: IFigures) => void, everyMs: number): () => void {
    let last = '';
    const timer = setInterval(() => {
      const figures = this.all;
      const text = JSON.stringify(figures);
      if (text !== last) {
        last = text;
        tell(figures);
      }
    }, everyMs);
    timer.unref();
    return () => clearInterval(timer);
  }

  private readonly _requests = new Map<string, number>();
  private readonly _renewals = new Map<string, IRenewalFigure>();
  private _seconds = 0;
}
