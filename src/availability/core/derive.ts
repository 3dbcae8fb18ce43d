import type { Availability, AvailabilityState, RuleState } from '../contract.js';
import type { IDidInfo, IRule } from './ports.js';

/** A file, or a dataset of a container, with all that keeps or brings it to the RSE in question. */
export interface IPart {
  did: string;
  files: number;
  bytes: number;
  /** Rules that lock it there, with the lock's state where the rule itself is not known. */
  rules: readonly IRule[];
  /** What is there by whatever rule or none; null: not asked, as the rules say enough. */
  replicas: { files: number; bytes: number } | null;
}

/** All that was learnt about one DID on one RSE. */
export interface IStanding {
  info: IDidInfo;
  rse: string;
  parts: readonly IPart[];
  /** Rules on it or on what holds it, aimed at this RSE, that have no locks yet. */
  pending: readonly IRule[];
}

/** What Rucio says; the paths have not been looked at. */
export interface IVerdict {
  /** Never PATH_MISSING. */
  state: AvailabilityState;
  files: Availability['files'];
  bytes: Availability['bytes'];
  rule: IRule | null;
  reason: string | null;
}

/** From what will bring it by itself to what will not. */
const ORDER = [
  'OK',
  'REPLICATING',
  'INJECT',
  'WAITING_APPROVAL',
  'STUCK',
  'SUSPENDED'
] as const satisfies readonly RuleState[];

type PartState = RuleState | 'NONE';

const rank = (state: PartState) =>
  state === 'NONE' ? ORDER.length : (ORDER as readonly RuleState[]).indexOf(state);

/** The best of the rules that lock a part; of two as good, the one that lasts longer. */
function best(rules: readonly IRule[]): IRule | null {
  return rules.reduce<IRule | null>(
    (found, rule) =>
      found === null ||
      rank(rule.state) < rank(found.state) ||
      (rank(rule.state) === rank(found.state) && end(rule) > end(found))
        ? rule
        : found,
    null
  );
}

const end = ({ expiresAt }: IRule) => expiresAt ?? Infinity;

/**
 * What the rules and replicas come to. A collection is no better than its worst part: one dataset
 * that nothing brings makes a container NOT_AVAILABLE, however much of it is there.
 */
export function derive({ info, parts, pending }: IStanding): IVerdict {
  const verdicts = parts.map(part => verdictOf(part, pending));
  const worst = verdicts.reduce<PartState>(
    (state, verdict) => (rank(verdict.state) > rank(state) ? verdict.state : state),
    'OK'
  );
  const chosen = best(verdicts.flatMap(({ state, rule }) => (state === worst && rule) || []));
  const nothing = parts.length === 0 || info.files === 0;
  const rule = nothing ? best(pending) : chosen;
  const state = nothing ? (rule === null ? 'NONE' : rule.state) : worst;
  const files = count(info, verdicts, rule);
  return {
    state: state === 'NONE' ? 'NOT_AVAILABLE' : state === 'OK' ? 'AVAILABLE' : state,
    files,
    bytes: { total: info.bytes, available: countBytes(info, verdicts, files, rule) },
    rule,
    reason: nothing && rule === null ? 'It holds no files yet.' : reasonOf(rule)
  };
}

interface IPartVerdict {
  part: IPart;
  state: PartState;
  rule: IRule | null;
}

function verdictOf(part: IPart, pending: readonly IRule[]): IPartVerdict {
  const rule = best([...part.rules, ...pending]);
  const complete = part.replicas !== null && part.replicas.files >= part.files;
  if (complete) {
    const keeps = best(part.rules.filter(({ state }) => state === 'OK')) ?? best(part.rules);
    return { part, state: 'OK', rule: keeps };
  }
  return { part, state: rule?.state ?? 'NONE', rule };
}

/** A rule on the DID itself counts its files; else what is known of the parts. */
function count(
  info: IDidInfo,
  verdicts: readonly IPartVerdict[],
  rule: IRule | null
): Availability['files'] {
  const total = info.files;
  if (counts(info, rule)) {
    const { ok, replicating, stuck } = rule.locks;
    return { total: Math.max(total, ok + replicating + stuck), available: ok, replicating, stuck };
  }
  const files = { total, available: 0, replicating: 0, stuck: 0 };
  for (const { part, state } of verdicts) {
    const there = state === 'OK' ? part.files : Math.min(part.files, part.replicas?.files ?? 0);
    files.available += there;
    if (state === 'REPLICATING') {
      files.replicating += part.files - there;
    } else if (state === 'STUCK' || state === 'SUSPENDED') {
      files.stuck += part.files - there;
    }
  }
  return files;
}

function countBytes(
  info: IDidInfo,
  verdicts: readonly IPartVerdict[],
  files: Availability['files'],
  rule: IRule | null
): number {
  if (counts(info, rule)) {
    // Rucio counts the files of a rule and not their bytes: in proportion.
    return files.total === 0 ? 0 : Math.round((info.bytes * files.available) / files.total);
  }
  return verdicts.reduce(
    (sum, { part, state }) =>
      sum + (state === 'OK' ? part.bytes : Math.min(part.bytes, part.replicas?.bytes ?? 0)),
    0
  );
}

function counts(info: IDidInfo, rule: IRule | null): rule is IRule {
  return (
    rule !== null &&
    rule.did === info.did &&
    rule.copies === 1 &&
    rule.locks.ok + rule.locks.replicating + rule.locks.stuck > 0
  );
}

function reasonOf(rule: IRule | null): string | null {
  switch (rule?.state) {
    case 'STUCK':
      return rule.error;
    case 'SUSPENDED':
      return rule.error ?? 'Rucio has given up on this rule; an administrator can take it up.';
    case 'WAITING_APPROVAL':
      return 'The rule waits for an administrator to approve it.';
    case 'INJECT':
      return 'Rucio is preparing the rule; large ones take some minutes.';
    default:
      return null;
  }
}
