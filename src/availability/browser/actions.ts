import { call } from '../../common/browser/client.js';
import { defaultInstance } from '../../common/browser/session.js';
import {
  cancelRule,
  extendRule,
  makeAvailable,
  planAvailability,
  retryRule,
  type MakeResult,
  type Rule
} from '../contract.js';
import type { AwaitedDids } from './awaited.js';
import type { AvailabilityReader } from './reader.js';
import type { ILake } from '../../sidebar/browser/tokens.js';

/** Where the rules of a DID, or of the account, stand in the query cache. */
export const RULES_KEY = 'availability-rules';
/** Where plans stand in the query cache. */
export const PLAN_KEY = 'availability-plan';

export interface IMakeArgs {
  dids: readonly string[];
  instance?: string | undefined;
  /** Left out: the site's default. */
  lifetimeSeconds?: number | undefined;
  rseExpression?: string | undefined;
}

export interface IRuleArgs {
  ruleId: string;
  did: string;
  instance?: string | undefined;
}

/**
 * What a person can have done to availabilities. Each throws DataLakeError; whatever shows one of
 * the DIDs is read again afterwards, also after a failure.
 */
export class AvailabilityActions {
  constructor(
    private readonly _lake: ILake,
    private readonly _reader: AvailabilityReader,
    private readonly _awaited: AwaitedDids
  ) {}

  async make({ dids, instance, ...choice }: IMakeArgs): Promise<MakeResult[]> {
    const on = instance ?? (await defaultInstance(this._lake));
    try {
      const { results } = await call(this._lake.settings, makeAvailable, {
        instance: on,
        dids: [...new Set(dids)],
        ...choice
      });
      const coming = results.filter(
        result => 'outcome' in result && result.outcome !== 'already-there'
      );
      this._awaited.add(
        on,
        coming.map(({ did }) => did)
      );
      return results;
    } finally {
      this._readAgain(on, dids);
    }
  }

  retry({ ruleId, did, instance }: IRuleArgs): Promise<Rule | null> {
    return this._onRule(instance, did, on =>
      call(this._lake.settings, retryRule, { instance: on, ruleId })
    );
  }

  extend({
    ruleId,
    did,
    instance,
    lifetimeSeconds
  }: IRuleArgs & { lifetimeSeconds: number }): Promise<Rule | null> {
    return this._onRule(instance, did, on =>
      call(this._lake.settings, extendRule, { instance: on, ruleId, lifetimeSeconds })
    );
  }

  async cancel({ ruleId, did, instance }: IRuleArgs): Promise<Rule | null> {
    const rule = await this._onRule(instance, did, on =>
      call(this._lake.settings, cancelRule, { instance: on, ruleId })
    );
    this._awaited.forget(instance ?? (await defaultInstance(this._lake)), did);
    return rule;
  }

  /** How long the site keeps what is asked for, by default and within which bounds. */
  async lifetime({ did, instance }: Pick<IRuleArgs, 'did' | 'instance'>) {
    const on = instance ?? (await defaultInstance(this._lake));
    const plan = await call(this._lake.settings, planAvailability, { instance: on, dids: [did] });
    return plan.lifetime;
  }

  private async _onRule(
    instance: string | undefined,
    did: string,
    ask: (instance: string) => Promise<{ rule: Rule | null }>
  ): Promise<Rule | null> {
    const on = instance ?? (await defaultInstance(this._lake));
    try {
      return (await ask(on)).rule;
    } finally {
      this._readAgain(on, [did]);
    }
  }

  private _readAgain(instance: string, dids: readonly string[]): void {
    this._reader.refresh(instance, dids);
    for (const key of [RULES_KEY, PLAN_KEY]) {
      void this._lake.queries.invalidateQueries({ queryKey: [key, instance] });
    }
  }
}
