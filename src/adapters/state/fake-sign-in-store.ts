import type { IKeptSignIn, IRefreshed, ISignInStore } from '../../token-renewal/core/ports.js';

/** A sign-in that is forgotten with the process. */
export class FakeSignInStore implements ISignInStore {
  read(): IKeptSignIn | null {
    return this._kept;
  }

  begin(generation: number): boolean {
    return this._change(generation, { underWay: true });
  }

  undo(generation: number): void {
    this._change(generation, { underWay: false });
  }

  finish(generation: number, { issued, refreshToken }: IRefreshed): boolean {
    return this._change(generation, {
      generation: ++this._generations,
      issued,
      underWay: false,
      rotates: refreshToken !== null,
      ...(refreshToken === null ? {} : { refreshToken })
    });
  }

  replace({ issued, refreshToken }: IRefreshed): void {
    const generation = ++this._generations;
    this._kept = { generation, refreshToken, issued, underWay: false, rotates: null };
  }

  forget(): void {
    this._generations++;
    this._kept = null;
  }

  private _change(generation: number, change: Partial<IKeptSignIn>): boolean {
    if (this._kept?.generation !== generation) {
      return false;
    }
    this._kept = { ...this._kept, ...change };
    return true;
  }

  private _kept: IKeptSignIn | null = null;
  private _generations = 0;
}
