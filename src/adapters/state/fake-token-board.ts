import type { IPosted, ITokenBoard, IWish } from '../../token-renewal/core/ports.js';

/** A board that is forgotten with the process. */
export class FakeTokenBoard implements ITokenBoard {
  read(): IPosted[] {
    return this._posted.map(entry => ({ ...entry }));
  }

  post(posted: readonly IPosted[]): void {
    this._posted = posted.map(entry => ({ ...entry }));
  }

  wish(wish: IWish): void {
    this._wishes.push(wish);
  }

  takeWishes(): IWish[] {
    return this._wishes.splice(0);
  }

  private _posted: IPosted[] = [];
  private readonly _wishes: IWish[] = [];
}
