import type { ProblemCode } from '../common/contract/problem.js';

/** What the bridge shows on Jupyter's /metrics: counts since the start of this process. */
export interface IFigures {
  /** DIDs that somebody waits for and that are on their way. */
  transfersUnderWay: number;
  /** Requests to Rucio by how they ended: `ok` or a problem's code. */
  rucioRequests: Readonly<Record<string, number>>;
  /** Time until Rucio's answers began, all together. */
  rucioSeconds: number;
}

/** Counts requests to Rucio, and tells all figures when they have changed, at most once in a while. */
export class Figures {
  /** Who watches transfers says here how many are under way. */
  underWay: () => number = () => 0;

  /** Rucio has answered a request, or has not. */
  rucio(outcome: 'ok' | ProblemCode, seconds: number): void {
    this._requests.set(outcome, (this._requests.get(outcome) ?? 0) + 1);
    this._seconds += seconds;
  }

  get all(): IFigures {
    return {
      transfersUnderWay: this.underWay(),
      rucioRequests: Object.fromEntries(this._requests),
      rucioSeconds: Math.round(this._seconds * 1000) / 1000
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
  private _seconds = 0;
}
