import type { IAccounts, IQuota } from '../../availability/core/ports.js';
import { DataLakeError } from '../../common/contract/problem.js';
import type { RucioAccount } from './account.js';
import { RucioError } from './errors.js';
import type { RucioHttp } from './http.js';
import { rucioPath } from './path.js';
import { RucioRses } from './rses.js';

interface IUsage {
  bytes?: unknown;
  bytes_limit?: unknown;
  rse_expression?: unknown;
}

/** The signed-in account and what it may still ask for. */
export class RucioAccounts implements IAccounts {
  constructor(
    private readonly _http: RucioHttp,
    private readonly _account: RucioAccount
  ) {
    this._rses = new RucioRses(_http);
  }

  name(signal: AbortSignal): Promise<string> {
    return this._account.name(signal);
  }

  /**
   * An account without a limit on an RSE may put nothing there (core/rse_selector.py); administrators
   * have none, and no limits.
   */
  async quota(rse: string, signal: AbortSignal): Promise<IQuota> {
    const account = await this._account.name(signal);
    const path = rucioPath`/accounts/${account}/usage/local/${rse}`;
    let usage: IQuota = { limitBytes: 0, usedBytes: 0 };
    let listed = false;
    for await (const lines of this._http.lines({ path, signal })) {
      for (const line of lines) {
        usage = readUsage(line);
        listed = true;
      }
    }
    return !listed || usage.limitBytes === 0
      ? { ...usage, limitBytes: (await this._isAdmin(account, signal)) ? null : 0 }
      : usage;
  }

  /** The one of the account's limits, on this RSE or on several of which it is one, that leaves least. */
  async tightest(rse: string, signal: AbortSignal): Promise<IQuota> {
    const local = await this.quota(rse, signal);
    if (local.limitBytes === null) {
      return local;
    }
    const account = await this._account.name(signal);
    const path = rucioPath`/accounts/${account}/usage/global`;
    const quotas = [local];
    for await (const lines of this._http.lines({ path, signal })) {
      for (const line of lines) {
        const { rse_expression } = readLine(line);
        if (
          typeof rse_expression === 'string' &&
          (await this._rses.matching(rse_expression, signal)).includes(rse)
        ) {
          quotas.push(readUsage(line));
        }
      }
    }
    const left = ({ limitBytes, usedBytes }: IQuota) => (limitBytes ?? Infinity) - usedBytes;
    return quotas.toSorted((a, b) => left(a) - left(b))[0];
  }

  private async _isAdmin(account: string, signal: AbortSignal): Promise<boolean> {
    try {
      const text = await this._http.text({ path: rucioPath`/accounts/${account}/attr/`, signal });
      const attributes = text
        .split('\n')
        .filter(line => line !== '')
        .flatMap(line => JSON.parse(line) as { key?: unknown; value?: unknown }[]);
      return attributes.some(({ key, value }) => key === 'admin' && value !== false);
    } catch (error) {
      if (error instanceof RucioError) {
        return false;
      }
      throw error;
    }
  }

  private readonly _rses: RucioRses;
}

function readUsage(line: string): IQuota {
  const usage = readLine(line);
  return {
    limitBytes: typeof usage.bytes_limit === 'number' ? usage.bytes_limit : null,
    usedBytes: typeof usage.bytes === 'number' ? usage.bytes : 0
  };
}

/** Python writes a limit that there is none of as Infinity, which is no JSON. */
function readLine(line: string): IUsage {
  try {
    return JSON.parse(line.replace(/:\s*(-?)Infinity\b/g, ': null')) as IUsage;
  } catch (cause) {
    throw new DataLakeError('rucio-garbled', 'What Rucio says of the quota cannot be read.', {
      cause
    });
  }
}
