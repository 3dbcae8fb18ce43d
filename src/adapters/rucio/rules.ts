import * as z from 'zod';
import { RULE_STATES, RuleState } from '../../availability/contract.js';
import type { INewRule, IRule, IRules } from '../../availability/core/ports.js';
import { parseDid } from '../../common/contract/did.js';
import { scrub } from '../../common/core/scrub.js';
import type { RucioAccount } from './account.js';
import { RucioError } from './errors.js';
import type { RucioHttp } from './http.js';
import { rucioPath } from './path.js';
import { isoTime, Known, KnownText } from './wire.js';

const time = z.unknown().transform(value => {
  const iso = isoTime(value);
  return iso === null ? null : Date.parse(iso);
});

const Wire = z
  .object({
    id: z.string().transform(id => id.replaceAll('-', '').toLowerCase()),
    scope: z.string(),
    name: z.string(),
    account: z.string(),
    state: RuleState,
    rse_expression: z.string(),
    copies: z.number(),
    created_at: time,
    updated_at: time,
    expires_at: time,
    locks_ok_cnt: z.number(),
    locks_replicating_cnt: z.number(),
    locks_stuck_cnt: z.number(),
    bytes: Known,
    error: KnownText,
    activity: KnownText,
    comments: KnownText
  })
  .transform((wire): IRule => ({
    id: wire.id,
    did: `${wire.scope}:${wire.name}`,
    account: wire.account,
    state: wire.state,
    rseExpression: wire.rse_expression,
    copies: wire.copies,
    createdAt: wire.created_at,
    updatedAt: wire.updated_at,
    expiresAt: wire.expires_at,
    locks: {
      ok: wire.locks_ok_cnt,
      replicating: wire.locks_replicating_cnt,
      stuck: wire.locks_stuck_cnt
    },
    bytes: wire.bytes,
    error: wire.error === null ? null : scrub(wire.error),
    activity: wire.activity === null ? null : scrub(wire.activity),
    comment: wire.comments === null ? null : scrub(wire.comments)
  }));

const Analysis = z.object({
  rule_error: KnownText,
  transfers: z
    .array(
      z.object({
        name: z.string(),
        attempts: Known,
        last_error: KnownText,
        last_source: KnownText,
        sources: z.array(z.tuple([z.string(), z.boolean()])).nullish()
      })
    )
    .default([])
});

/** The letters by which Rucio's listing filters (db/sqla/constants.py, RuleState). */
const LETTER: Readonly<Record<(typeof RULE_STATES)[number], string>> = {
  REPLICATING: 'R',
  OK: 'O',
  STUCK: 'S',
  SUSPENDED: 'U',
  WAITING_APPROVAL: 'W',
  INJECT: 'I'
};

/** Who made the rule, for the administrator who wonders. */
const COMMENT = 'jupyterlab-datalake';

/** Replication rules over Rucio's REST interface. */
export class RucioRules implements IRules {
  constructor(
    private readonly _http: RucioHttp,
    private readonly _account: RucioAccount
  ) {}

  async get(id: string, signal: AbortSignal): Promise<IRule | null> {
    try {
      return await this._http.json({ path: rucioPath`/rules/${id}`, signal }, Wire);
    } catch (error) {
      if (error instanceof RucioError && error.exceptionClass === 'RuleNotFound') {
        return null;
      }
      throw error;
    }
  }

  async ofDid(did: string, signal: AbortSignal): Promise<readonly IRule[]> {
    const { scope, name } = parseDid(did);
    return all(this._http.items({ path: rucioPath`/dids/${scope}/${name}/rules`, signal }, Wire));
  }

  async ofFile(did: string, signal: AbortSignal): Promise<readonly IRule[]> {
    const { scope, name } = parseDid(did);
    const path = rucioPath`/dids/${scope}/${name}/associated_rules`;
    return all(this._http.items({ path, signal }, Wire));
  }

  async *mine(
    state: (typeof RULE_STATES)[number] | null,
    signal: AbortSignal
  ): AsyncGenerator<readonly IRule[], void, void> {
    const account = await this._account.name(signal);
    const query = { account, state: state === null ? undefined : LETTER[state] };
    yield* this._http.items({ path: '/rules/', query, signal }, Wire);
  }

  /** Those that fit all of Rucio's own filters: account, scope, name, rse_expression, created_after, ... */
  where(query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<readonly IRule[]> {
    return all(this._http.items({ path: '/rules/', query, signal }, Wire));
  }

  /** Rucio has an index on the state. A lake has few rules that wait, and may have many that are stuck. */
  async *waiting(signal: AbortSignal): AsyncGenerator<readonly IRule[], void, void> {
    for (const state of ['INJECT', 'WAITING_APPROVAL'] as const) {
      yield* this._http.items({ path: '/rules/', query: { state: LETTER[state] }, signal }, Wire);
    }
    for (const state of ['STUCK', 'SUSPENDED'] as const) {
      yield* this.mine(state, signal);
    }
  }

  async analysis(id: string, signal: AbortSignal): Promise<string | null> {
    const found = await this._http.json(
      { path: rucioPath`/rules/${id}/analysis`, signal },
      Analysis
    );
    const [transfer] = found.transfers;
    if (transfer === undefined) {
      return found.rule_error === null ? null : scrub(found.rule_error);
    }
    const { name, attempts, last_error, sources } = transfer;
    const where =
      sources == null || sources.length === 0
        ? 'no RSE has it'
        : `it is on ${sources.map(([rse]) => rse).join(', ')}`;
    return scrub(
      `${name}: ${attempts ?? 0} attempts, the last ended as ${last_error ?? 'unknown'}; ${where}`
    );
  }

  async add({ did, rseExpression, lifetimeSeconds }: INewRule, signal: AbortSignal) {
    const [id] = await this._http.json(
      {
        method: 'POST',
        path: '/rules/',
        body: {
          dids: [parseDid(did)],
          account: await this._account.name(signal),
          copies: 1,
          rse_expression: rseExpression,
          grouping: 'DATASET',
          lifetime: lifetimeSeconds,
          comment: COMMENT
        },
        signal
      },
      z.array(z.string()).min(1)
    );
    return id.replaceAll('-', '').toLowerCase();
  }

  /** `boost_rule` makes the stuck locks old enough for the next round of judge-repairer. */
  async retry(id: string, signal: AbortSignal): Promise<void> {
    await this._update(id, { boost_rule: true }, signal);
  }

  async extend(id: string, lifetimeSeconds: number, signal: AbortSignal): Promise<void> {
    await this._update(id, { lifetime: lifetimeSeconds }, signal);
  }

  async cancel(id: string, signal: AbortSignal): Promise<void> {
    const path = rucioPath`/rules/${id}`;
    await this._http.text({ method: 'DELETE', path, body: {}, signal });
  }

  private async _update(id: string, options: object, signal: AbortSignal): Promise<void> {
    const path = rucioPath`/rules/${id}`;
    await this._http.text({ method: 'PUT', path, body: { options }, signal });
  }
}

async function all<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = [];
  for await (const batch of batches) {
    items.push(...batch);
  }
  return items;
}
