/** What the IAM was asked since it was started. */
export interface IStats {
  /** Requests by path, also those that came to nothing by a fault. Ids in paths are left out. */
  requests: Record<string, number>;
  /** Tokens handed out, by grant type. */
  grants: Record<string, number>;
}

export class Stats {
  countRequest(url: string): void {
    const path = url
      .replace(/\?.*/, '')
      .replace(/^\/(interaction|auth|device)\/[\w-]{20,}/, '/$1/:id');
    add(this._stats.requests, path);
  }

  countGrant(type: string): void {
    add(this._stats.grants, type);
  }

  get(): IStats {
    return this._stats;
  }

  private readonly _stats: IStats = { requests: {}, grants: {} };
}

function add(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
