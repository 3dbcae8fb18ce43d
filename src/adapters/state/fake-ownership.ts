import type { IOwnership } from '../../common/core/ownership.js';

/** One owner among those who share the slot. */
export class FakeOwnership implements IOwnership {
  constructor(private readonly _slot: { owner: FakeOwnership | null }) {}

  acquire(): boolean {
    this._slot.owner ??= this;
    return this._slot.owner === this;
  }

  release(): void {
    if (this._slot.owner === this) {
      this._slot.owner = null;
    }
  }
}
