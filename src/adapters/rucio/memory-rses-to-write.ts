import { parseDid } from '../../common/contract/did.js';
import { DataLakeError } from '../../common/contract/problem.js';
import type { IProtocol, IRsesToWrite, IWritableRse } from '../../upload/core/ports.js';
import { LFN2PFN } from './lfn2pfn.js';
import type { MemoryRegistry } from './memory-registry.js';

/** Where an account may write, of the catalogue in memory. */
export class MemoryRsesToWrite implements IRsesToWrite {
  constructor(private readonly _registry: MemoryRegistry) {}

  async matching(expression: string | null, signal: AbortSignal): Promise<readonly string[]> {
    this._ask(signal);
    return this._registry.matching(expression ?? '*');
  }

  async facts(rse: string, signal: AbortSignal): Promise<IWritableRse> {
    const { blocked = false, deterministic = true, scheme = 'file' } = this._of(rse, signal);
    return {
      rse,
      writable: !blocked,
      deterministic,
      protocols: [{ scheme, prefix: `${scheme}://lake/${rse}/` }],
      verifies: true
    };
  }

  async pfns(
    rse: string,
    { prefix }: IProtocol,
    dids: readonly string[],
    signal: AbortSignal
  ): Promise<readonly string[]> {
    this._of(rse, signal);
    return dids.map(did => {
      const { scope, name } = parseDid(did);
      return prefix + LFN2PFN.hash(scope, name);
    });
  }

  async mayWrite(rse: string, signal: AbortSignal): Promise<boolean | null> {
    return this._of(rse, signal).refuses !== true;
  }

  async freeBytes(rse: string, signal: AbortSignal): Promise<number | null> {
    return this._of(rse, signal).freeBytes ?? null;
  }

  async quota(
    rse: string,
    signal: AbortSignal
  ): Promise<{ limitBytes: number | null; usedBytes: number }> {
    const { quotaBytes = null } = this._of(rse, signal);
    return { limitBytes: quotaBytes, usedBytes: this._registry.usedBytes(rse) };
  }

  async scopes(
    signal: AbortSignal
  ): Promise<{ scopes: readonly string[]; own: readonly string[] }> {
    this._ask(signal);
    const owners = Object.entries(this._registry.options.scopes);
    return {
      scopes: owners.map(([scope]) => scope),
      own: owners.filter(([, owner]) => owner === this._registry.account).map(([scope]) => scope)
    };
  }

  private _of(rse: string, signal: AbortSignal) {
    this._ask(signal);
    const options = this._registry.rseOptions.get(rse);
    if (options === undefined) {
      throw new DataLakeError('not-found', 'Rucio knows no such RSE.');
    }
    return options;
  }

  private _ask(signal: AbortSignal): void {
    if (signal.aborted) {
      throw new DataLakeError('cancelled', 'Cancelled.');
    }
    if (this._registry.failure !== null) {
      throw this._registry.failure;
    }
  }
}
