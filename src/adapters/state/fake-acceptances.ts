import type { IAcceptances } from '../../cart/core/ports.js';

/** Acceptances that are forgotten with the process. */
export class FakeAcceptances implements IAcceptances {
  known(digests: readonly string[]): boolean[] {
    return digests.map(digest => this._digests.has(digest));
  }

  add(digests: readonly string[]): void {
    digests.forEach(digest => this._digests.add(digest));
  }

  private readonly _digests = new Set<string>();
}
