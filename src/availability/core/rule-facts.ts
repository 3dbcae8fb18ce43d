import type { IClock } from '../../common/core/clock.js';
import type { IAges } from './ages.js';
import { Fresh } from './fresh.js';
import { inTurns } from './in-turns.js';
import type { IDidInfo, IRucio, IRule } from './ports.js';

const SETTLED_RULE_MS = 120_000;
const WAITING_RULE_MS = 15_000;
const EXPRESSION_MS = 600_000;
const ANALYSIS_MS = 300_000;
const AT_ONCE = 4;
const HIGHEST = 5;
/** More rules than this are looked for in the list of the account's rules before they are asked for one by one. */
const FEW = 10;
const MOST_LISTED = 5000;
/** The one key of what is kept for the whole lake. */
const ALL = '';

/** What Rucio has answered about rules and where they aim; never asked twice for what is fresh enough. */
export class RuleFacts {
  constructor(
    private readonly _rucio: Pick<IRucio, 'rules' | 'rses' | 'contents'>,
    clock: IClock
  ) {
    this._rules = new Fresh<IRule | null>(clock);
    this._waiting = new Fresh<readonly IRule[]>(clock, 1);
    this._onDid = new Fresh<readonly IRule[]>(clock);
    this._ofFile = new Fresh<readonly IRule[]>(clock);
    this._parents = new Fresh<readonly string[]>(clock);
    this._matching = new Fresh<readonly string[]>(clock, 1000);
    this._analyses = new Fresh<string | null>(clock, 1000);
  }

  /** As it was last seen; null: gone. */
  last(id: string): IRule | null | undefined {
    return this._rules.last(id);
  }

  /** A rule that was read elsewhere; null: gone. */
  learn(id: string, rule: IRule | null): void {
    this._rules.set(id, rule);
  }

  /** The next look at this rule asks Rucio. */
  doubt(id: string): void {
    this._rules.delete(id);
  }

  /** The next look at the rules of this DID asks Rucio. */
  forget(did: string): void {
    this._waiting.delete(ALL);
    this._onDid.delete(did);
    this._ofFile.delete(did);
  }

  /** Makes each of these known that is not fresh enough for its state. */
  async ask(ids: ReadonlySet<string>, { rules }: IAges, signal: AbortSignal): Promise<void> {
    const stale = [...ids].filter(id => this._rules.get(id, this._age(id, rules)) === undefined);
    await inTurns(await this._notListed(stale, signal), AT_ONCE, async id =>
      this._rules.set(id, await this._rucio.rules.get(id, signal))
    );
  }

  /** Makes the rules known that have no locks yet, whoever made them. */
  async askWaiting({ waiting }: IAges, signal: AbortSignal): Promise<void> {
    if (this._waiting.get(ALL, waiting) === undefined) {
      const rules: IRule[] = [];
      for await (const batch of this._rucio.rules.waiting(signal)) {
        rules.push(...batch);
      }
      this._keep(rules);
      this._waiting.set(ALL, rules);
    }
  }

  /** Rules that wait before their first lock, on it and on what holds it, aimed at this RSE: see askWaiting. */
  async waitingFor(
    info: IDidInfo,
    rse: string,
    ages: IAges,
    signal: AbortSignal
  ): Promise<readonly IRule[]> {
    // A rule on what holds no files yet is OK, and has no locks.
    if (info.files === 0) {
      return (await this.above(info.did, rse, ages, signal)).filter(hasNoLocks);
    }
    const waiting = await this._aimed(this._waiting.last(ALL) ?? [], rse, signal);
    const bare = waiting.filter(hasNoLocks);
    if (bare.length === 0) {
      return [];
    }
    const dids = await this._upwards(info.did, ages, signal);
    return bare.filter(({ did }) => dids.has(did));
  }

  /** Rules on it, and on what holds it, that aim at this RSE. */
  async above(
    did: string,
    rse: string,
    ages: IAges,
    signal: AbortSignal
  ): Promise<readonly IRule[]> {
    const found: IRule[] = [];
    for (const each of await this._upwards(did, ages, signal)) {
      let rules = this._onDid.get(each, ages.single);
      if (rules === undefined) {
        rules = await this._rucio.rules.ofDid(each, signal);
        this._keep(rules);
        this._onDid.set(each, rules);
      }
      found.push(...rules);
    }
    return this._aimed(found, rse, signal);
  }

  /** Rules that lock this file, on it or on any collection that it is in, and aim at this RSE. */
  async ofFile(
    did: string,
    rse: string,
    ages: IAges,
    signal: AbortSignal
  ): Promise<readonly IRule[]> {
    let rules = this._ofFile.get(did, Math.max(ages.single, ages.rules));
    if (rules === undefined) {
      rules = await this._rucio.rules.ofFile(did, signal);
      this._keep(rules);
      this._ofFile.set(did, rules);
    }
    return this._aimed(rules, rse, signal);
  }

  /** What Rucio says of a stuck rule's transfers; null: nothing. */
  async analysis(id: string, signal: AbortSignal): Promise<string | null> {
    let analysis = this._analyses.get(id, ANALYSIS_MS);
    if (analysis === undefined) {
      analysis = await this._rucio.rules.analysis(id, signal);
      this._analyses.set(id, analysis);
    }
    return analysis;
  }

  /** Whether an expression can choose this RSE. */
  async aimsAt(expression: string, rse: string, signal: AbortSignal): Promise<boolean> {
    if (expression === rse) {
      return true;
    }
    let names = this._matching.get(expression, EXPRESSION_MS);
    if (names === undefined) {
      names = await this._rucio.rses.matching(expression, signal);
      this._matching.set(expression, names);
    }
    return names.includes(rse);
  }

  private _keep(rules: readonly IRule[]): void {
    rules.forEach(rule => this._rules.set(rule.id, rule));
  }

  private _age(id: string, moving: number): number {
    const rule = this._rules.last(id);
    if (rule?.state === 'OK') {
      return Math.max(moving, SETTLED_RULE_MS);
    }
    return rule === undefined || rule === null || rule.state === 'REPLICATING'
      ? moving
      : Math.min(Math.max(moving, WAITING_RULE_MS), SETTLED_RULE_MS);
  }

  /** Those that the list of the account's own rules does not tell of. */
  private async _notListed(
    ids: readonly string[],
    signal: AbortSignal
  ): Promise<readonly string[]> {
    const missing = new Set(ids);
    let listed = 0;
    if (missing.size > FEW) {
      for await (const rules of this._rucio.rules.mine(null, signal)) {
        this._keep(rules.filter(({ id }) => missing.delete(id)));
        listed += rules.length;
        if (missing.size === 0 || listed > MOST_LISTED) {
          break;
        }
      }
    }
    return [...missing];
  }

  /** Those that can choose this RSE, as they are now. */
  private async _aimed(rules: readonly IRule[], rse: string, signal: AbortSignal) {
    const aimed: IRule[] = [];
    for (const { id } of rules) {
      const rule = this._rules.last(id);
      if (rule && (await this.aimsAt(rule.rseExpression, rse, signal))) {
        aimed.push(rule);
      }
    }
    return aimed;
  }

  /** The DID itself, and all that holds it. */
  private async _upwards(
    did: string,
    { content }: IAges,
    signal: AbortSignal
  ): Promise<Set<string>> {
    const all = new Set([did]);
    let level = [did];
    for (let height = 0; level.length > 0 && height < HIGHEST; height++) {
      const above = new Set<string>();
      for (const each of level) {
        let parents = this._parents.get(each, content);
        if (parents === undefined) {
          parents = await this._rucio.contents.parentsOf(each, signal);
          this._parents.set(each, parents);
        }
        parents.forEach(parent => above.add(parent));
      }
      level = [...above].filter(each => !all.has(each));
      level.forEach(each => all.add(each));
    }
    return all;
  }

  private readonly _rules: Fresh<IRule | null>;
  private readonly _waiting: Fresh<readonly IRule[]>;
  private readonly _onDid: Fresh<readonly IRule[]>;
  private readonly _ofFile: Fresh<readonly IRule[]>;
  private readonly _parents: Fresh<readonly string[]>;
  private readonly _matching: Fresh<readonly string[]>;
  private readonly _analyses: Fresh<string | null>;
}

const hasNoLocks = ({ locks: { ok, replicating, stuck } }: IRule) => ok + replicating + stuck === 0;
