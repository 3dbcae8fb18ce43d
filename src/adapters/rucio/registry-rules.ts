import * as z from 'zod';
import { parseDid } from '../../common/contract/did.js';
import type { INewRule } from '../../upload/core/ports.js';
import type { RucioAccount } from './account.js';
import { RucioError } from './errors.js';
import type { RucioHttp } from './http.js';
import { rucioPath } from './path.js';
import { RucioRses } from './rses.js';
import { RucioRules } from './rules.js';

const Lock = z.object({ rse: z.string(), account: z.string() });

/** Rucio takes 20 ms for each rule; these end within any deadline, and two calls at once take its other workers. */
const RULES_AT_ONCE = 100;
const CALLS_AT_ONCE = 2;
const FILES_AT_ONCE = 8;
/** Fewer than that are asked for one by one. */
const FEW = 8;

/** Rules that keep what was uploaded. */
export class RegistryRules {
  constructor(
    private readonly _http: RucioHttp,
    private readonly _account: RucioAccount
  ) {
    this._rules = new RucioRules(_http, _account);
    this._rses = new RucioRses(_http);
  }

  async keep(
    dids: readonly string[],
    rule: INewRule,
    signal: AbortSignal
  ): Promise<ReadonlyMap<string, string>> {
    const kept = new Map<string, string>();
    const parts = slices(dids, RULES_AT_ONCE);
    const lane = async () => {
      for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
        for (const [did, id] of await this._keepSome(part, rule, signal)) {
          kept.set(did, id);
        }
      }
    };
    const lanes = await Promise.allSettled(Array.from({ length: CALLS_AT_ONCE }, lane));
    for (const ended of lanes) {
      if (ended.status === 'rejected') {
        throw ended.reason;
      }
    }
    return kept;
  }

  async states(
    ids: readonly string[],
    signal: AbortSignal
  ): Promise<ReadonlyMap<string, { done: boolean; error: string | null }>> {
    const states = new Map<string, { done: boolean; error: string | null }>();
    const pending = new Set(ids);
    while (pending.size > 0) {
      const [first] = pending;
      pending.delete(first);
      const rule = await this._rules.get(first, signal);
      if (rule === null) {
        continue;
      }
      // Those of one upload were made for one expression, one after the other.
      const others =
        pending.size < FEW
          ? []
          : await this._rules.where(
              {
                account: rule.account,
                rse_expression: rule.rseExpression,
                ...(rule.createdAt === null ? {} : { created_after: rucioTime(rule.createdAt) })
              },
              signal
            );
      for (const { id, state, error } of [rule, ...others]) {
        if (id === first || pending.delete(id)) {
          states.set(id, {
            done: state === 'OK',
            error: state === 'OK' || state === 'REPLICATING' ? null : (error ?? state)
          });
        }
      }
    }
    return states;
  }

  /** A rule for one of several RSEs may keep the DID at another of them: its locks tell. */
  async isKept(did: string, rse: string, signal: AbortSignal): Promise<boolean> {
    const { scope, name } = parseDid(did);
    const account = await this._account.name(signal);
    const rules = await this._rules.where({ account, scope, name }, signal);
    if (rules.some(({ rseExpression }) => rseExpression === rse)) {
      return true;
    }
    for (const { rseExpression, copies } of rules) {
      const rses = await this._rses.matching(rseExpression, signal).catch(ignoreBadExpression);
      if (rses.includes(rse) && (rses.length <= copies || (await this._locks(did, rse, signal)))) {
        return true;
      }
    }
    return false;
  }

  async unkept(
    dids: readonly string[],
    rse: string,
    signal: AbortSignal
  ): Promise<ReadonlySet<string>> {
    const unkept = new Set<string>();
    const covers = new Map<string, Promise<boolean>>();
    const isCovered = (expression: string) => {
      const known = covers.get(expression) ?? this._covers(expression, rse, signal);
      covers.set(expression, known);
      return known;
    };
    const queue = dids.values();
    const lane = async () => {
      for (const did of queue) {
        const rules = await this._rules.ofFile(did, signal);
        const kept = await Promise.all(rules.map(rule => isCovered(rule.rseExpression)));
        if (!kept.includes(true)) {
          unkept.add(did);
        }
      }
    };
    await Promise.all(Array.from({ length: FILES_AT_ONCE }, lane));
    return unkept;
  }

  private async _covers(expression: string, rse: string, signal: AbortSignal): Promise<boolean> {
    const rses = await this._rses.matching(expression, signal).catch(ignoreBadExpression);
    return rses.includes(rse);
  }

  private async _locks(did: string, rse: string, signal: AbortSignal): Promise<boolean> {
    const { scope, name } = parseDid(did);
    const account = await this._account.name(signal);
    const path = rucioPath`/locks/${scope}/${name}`;
    for await (const locks of this._http.items(
      { path, query: { did_type: 'dataset' }, signal },
      Lock
    )) {
      if (locks.some(lock => lock.rse === rse && lock.account === account)) {
        return true;
      }
    }
    return false;
  }

  private async _keepSome(
    dids: readonly string[],
    rule: INewRule,
    signal: AbortSignal
  ): Promise<(readonly [string, string])[]> {
    try {
      return await this._make(dids, rule, signal);
    } catch (error) {
      if (!(error instanceof RucioError) || error.exceptionClass !== 'DuplicateRule') {
        throw error;
      }
      // One that has its rule already stops all of them.
      const there = await this._there(dids, rule, signal);
      const missing = dids.filter(did => !there.has(did));
      if (missing.length === dids.length) {
        throw error;
      }
      return [...there, ...(missing.length === 0 ? [] : await this._make(missing, rule, signal))];
    }
  }

  private async _make(
    dids: readonly string[],
    rule: INewRule,
    signal: AbortSignal
  ): Promise<(readonly [string, string])[]> {
    const ids = await this._http.json(
      {
        method: 'POST',
        path: '/rules/',
        body: {
          dids: dids.map(parseDid),
          account: await this._account.name(signal),
          copies: rule.copies,
          rse_expression: rule.rseExpression,
          grouping: 'DATASET',
          lifetime: rule.lifetimeSeconds,
          purge_replicas: rule.purge,
          comment: 'jupyterlab-datalake upload',
          ...(rule.activity === null ? {} : { activity: rule.activity }),
          ...(rule.source === null ? {} : { source_replica_expression: rule.source })
        },
        signal
      },
      z.array(z.string()).length(dids.length)
    );
    return dids.map((did, nr) => [did, ids[nr].replaceAll('-', '').toLowerCase()] as const);
  }

  /** What makes two rules the same to Rucio: DID, account, expression, copies. */
  private async _there(
    dids: readonly string[],
    { rseExpression, copies }: INewRule,
    signal: AbortSignal
  ): Promise<Map<string, string>> {
    const wanted = new Set(dids);
    const query = {
      account: await this._account.name(signal),
      rse_expression: rseExpression,
      ...(dids.length === 1 ? parseDid(dids[0]) : {})
    };
    const rules = await this._rules.where(query, signal);
    return new Map(
      rules
        .filter(rule => wanted.has(rule.did) && rule.copies === copies)
        .map(({ did, id }) => [did, id] as const)
    );
  }

  private readonly _rules: RucioRules;
  private readonly _rses: RucioRses;
}

/** The RSEs of an expression that has lost its meaning: none. */
function ignoreBadExpression(error: unknown): readonly string[] {
  if (error instanceof RucioError && error.code === 'bad-request') {
    return [];
  }
  throw error;
}

/** A second earlier: Rucio's times have none of its fractions. */
function rucioTime(milliseconds: number): string {
  return new Date(milliseconds - 1000).toUTCString().replace('GMT', 'UTC');
}

/** In pieces of so many. */
export function slices<T>(items: readonly T[], size: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, nr) =>
    items.slice(nr * size, (nr + 1) * size)
  );
}
