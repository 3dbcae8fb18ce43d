import { DataLakeError } from '../../common/contract/problem.js';
import type { IClock } from '../../common/core/clock.js';
import { untilAborted } from '../../common/core/until-aborted.js';
import { AnswerLost } from './ports.js';
import { isNearItsEnd, renewalAt } from './schedule.js';
import type {
  IIssuedToken,
  IKeptSignIn,
  IRefreshed,
  IRefreshTokens,
  ISignInStore,
  ISubject
} from './ports.js';

type Refreshable = IKeptSignIn & { refreshToken: string };

/**
 * The access token that a refresh token of our own gives. A provider that rotates refresh tokens takes
 * each of them once and ends the whole sign-in when one is shown again; so the rotated one is on disk
 * before anything else is done, and after an answer that was lost the provider is asked first.
 */
export class RefreshSubject implements ISubject {
  constructor(
    private readonly _store: ISignInStore,
    private readonly _provider: IRefreshTokens,
    private readonly _clock: IClock
  ) {}

  async token(signal: AbortSignal, refused?: string): Promise<IIssuedToken> {
    this._storeLate();
    const kept = this._store.read();
    if (kept === null) {
      throw new DataLakeError('not-signed-in', 'Nobody is signed in: sign in to the data lake.');
    }
    const { issued } = kept;
    if (
      issued !== null &&
      issued.token !== refused &&
      renewalAt(issued.life, () => 1) > this._clock.now()
    ) {
      return issued;
    }
    const { refreshToken } = kept;
    if (refreshToken === null) {
      if (
        issued !== null &&
        issued.token !== refused &&
        issued.life.expiresAt > this._clock.now()
      ) {
        return issued;
      }
      throw signInAgain();
    }
    this._refreshing ??= this._refresh({ ...kept, refreshToken }).finally(() => {
      this._refreshing = null;
    });
    return untilAborted(this._refreshing, signal, cause =>
      cause instanceof DataLakeError
        ? cause
        : new DataLakeError(
            'issuer-unreachable',
            'The identity provider takes too long to answer.',
            {
              cause
            }
          )
    );
  }

  /** An answer that nobody waits for is stored all the same: without it the next owner would lose the sign-in. */
  async settled(): Promise<void> {
    await this._refreshing?.catch(() => {});
  }

  private async _refresh(kept: Refreshable): Promise<IIssuedToken> {
    const { generation, refreshToken } = kept;
    if (kept.underWay) {
      await this._makeSure(kept);
    }
    if (!this._store.begin(generation)) {
      throw replaced();
    }
    let refreshed;
    try {
      refreshed = await this._provider.refresh(refreshToken);
    } catch (error) {
      if (error instanceof DataLakeError && error.code === 'sign-in-refused') {
        this._store.forget();
        throw signInAgain(error);
      }
      if (!(error instanceof AnswerLost)) {
        this._store.undo(generation);
      }
      throw error;
    }
    this._unstored = { generation, refreshed };
    this._storeLate();
    return refreshed.issued;
  }

  /** What came is on disk before it is used; where the disk is full, it is held until there is room. */
  private _storeLate(): void {
    if (this._unstored === null) {
      return;
    }
    const { generation, refreshed } = this._unstored;
    const stored = this._store.finish(generation, refreshed);
    this._unstored = null;
    if (!stored) {
      throw replaced();
    }
  }

  /** An answer was lost. Goes on only where that can do no harm, or where nothing is left to lose. */
  private async _makeSure({ refreshToken, issued, rotates }: Refreshable): Promise<void> {
    if (rotates === false) {
      return;
    }
    const good = await this._provider.isGood(refreshToken);
    if (good === false) {
      this._store.forget();
      throw signInAgain();
    }
    // By its end there is little left to lose, and it is tried again all the same.
    if (good === null && issued !== null && !isNearItsEnd(issued.life, this._clock.now())) {
      throw new DataLakeError(
        'issuer-unreachable',
        "The identity provider's answer was lost; it is asked again shortly before the present token ends, as it may take a second question for theft."
      );
    }
  }

  private _unstored: { generation: number; refreshed: IRefreshed } | null = null;
  private _refreshing: Promise<IIssuedToken> | null = null;
}

function signInAgain(cause?: unknown): DataLakeError {
  return new DataLakeError('not-signed-in', 'The sign-in has ended: sign in again.', { cause });
}

function replaced(): DataLakeError {
  return new DataLakeError(
    'conflict',
    'Somebody has signed in anew meanwhile; that sign-in is used.'
  );
}
