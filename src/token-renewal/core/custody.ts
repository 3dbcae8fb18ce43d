import { DataLakeError, toProblem } from '../../common/contract/problem.js';
import { TokenKeeper, type IKeeperOptions } from './keeper.js';
import { LOOK_MS, whileOwner, type IOwnership } from '../../common/core/ownership.js';
import type { IPosted, ITokenBoard, ITokenOutlet } from './ports.js';
import type { Renewal } from './renewal.js';

export interface ICustodyOptions extends IKeeperOptions {
  ownership: IOwnership;
  board: ITokenBoard;
  outlet: ITokenOutlet;
  renewals: readonly Renewal[];
  /** What must not be broken off by the end of the ownership. */
  settled?: (() => Promise<void>) | undefined;
  /** Calls back when somebody else has put another subject's token in place, until the signal is aborted. */
  subjectNews?: ((listener: () => void, signal: AbortSignal) => void) | undefined;
}

/**
 * One of a user's processes owns the sign-in, renews for all and posts what it has; the others put what it
 * posts into files of their own. When the owner ends, however it ends, another one takes its place.
 */
export class Custody {
  constructor(private readonly _options: ICustodyOptions) {
    const { renewals, onChange } = _options;
    this._keeper = new TokenKeeper(renewals, {
      ..._options,
      onChange: () => {
        this._post();
        onChange();
      }
    });
  }

  /** Whether this process is the one that renews. */
  get owns(): boolean {
    return this._owns;
  }

  /** What is known of each target's token. */
  get posted(): readonly IPosted[] {
    return this._posted;
  }

  /** Reads what the owner has posted. Throws DataLakeError `token-file`. */
  look(): void {
    this._posted = this._options.board.read();
  }

  /** Runs until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { ownership, clock, log } = this._options;
    const own = async (owning: AbortSignal) => {
      this._owns = true;
      log.info('this process renews the tokens');
      try {
        await this._own(owning);
      } finally {
        this._owns = false;
      }
    };
    const follow = () => this._carefully(() => this._follow());
    await whileOwner(ownership, clock, { own, follow }, signal);
  }

  /** Asks the owner, whichever process it is, for new tokens: for all targets, or for this one. */
  hurry(target?: string): void {
    this._options.board.wish({ want: 'renew', target: target ?? null });
  }

  /** Asks the owner to take all tokens away. */
  forget(): void {
    this._options.board.wish({ want: 'forget', target: null });
  }

  private async _own(owning: AbortSignal): Promise<void> {
    const { board, clock, renewals, settled, subjectNews } = this._options;
    await this._carefully(() => {
      const left = new Map(board.read().map(({ target, issued }) => [target, issued]));
      for (const renewal of renewals) {
        const issued = left.get(renewal.target.name) ?? null;
        if (issued !== null && issued.life.expiresAt > clock.now()) {
          renewal.adopt(issued);
        }
      }
    });
    const kept = this._keeper.run(owning);
    subjectNews?.(() => {
      this._keeper.hurry();
      void this._keeper.turn(owning);
    }, owning);
    while (!owning.aborted) {
      await clock.sleep(LOOK_MS, owning).catch(() => {});
      await this._carefully(() => this._grant(owning));
    }
    await kept;
    await settled?.();
  }

  private async _grant(signal: AbortSignal): Promise<void> {
    const { board, renewals } = this._options;
    if (signal.aborted) {
      return;
    }
    const wishes = board.takeWishes();
    for (const { want, target } of wishes) {
      if (want === 'forget') {
        await Promise.all(renewals.map(renewal => renewal.forget()));
      } else {
        this._keeper.hurry(target ?? undefined);
      }
    }
    if (wishes.length > 0) {
      await this._keeper.turn(signal);
    }
  }

  /** The board may be out of reach for a while: that is told, and no reason to stop. */
  private async _carefully(work: () => void | Promise<void>): Promise<void> {
    try {
      await work();
      this._trouble = '';
    } catch (error) {
      const { message } = toProblem(error);
      if (message !== this._trouble) {
        this._options.log.warning('the tokens of this user cannot be shared', { problem: message });
      }
      this._trouble = message;
    }
  }

  private _post(): void {
    const { board, renewals } = this._options;
    this._posted = renewals.map(({ target, written, problem, dueAt }) => ({
      target: target.name,
      issued: written,
      problem,
      nextAt: Number.isFinite(dueAt) ? dueAt : null
    }));
    void this._carefully(() => board.post(this._posted));
  }

  private async _follow(): Promise<void> {
    const { board, outlet, onChange } = this._options;
    const posted = board.read();
    for (const entry of posted) {
      const { target, issued } = entry;
      try {
        if (issued === null && this._followed.delete(target)) {
          await outlet.remove(target);
        } else if (issued !== null && !(await outlet.holds(target, issued.token))) {
          this._followed.add(target);
          await outlet.write(target, issued.token);
        }
      } catch (error) {
        if (!(error instanceof DataLakeError)) {
          throw error;
        }
        entry.problem = toProblem(error);
      }
    }
    const seen = JSON.stringify(posted);
    if (seen !== this._seen) {
      this._seen = seen;
      this._posted = posted;
      onChange();
    }
  }

  private readonly _keeper: TokenKeeper;
  private _owns = false;
  private _posted: readonly IPosted[] = [];
  /** Targets whose files were written here for another process. */
  private readonly _followed = new Set<string>();
  private _seen = '';
  private _trouble = '';
}
