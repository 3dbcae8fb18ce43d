import { formatCount } from '../../common/browser/counts.js';
import { Time } from '../../common/browser/time.js';
import { useTrans } from '../../common/browser/trans.js';
import type { Rule } from '../contract.js';
import { ruleLook, ruleWord } from './describe.js';
import { RuleButtons } from './rule-buttons.js';
import { StateIcon } from './state-icon.js';

interface IRuleProgressProps {
  rule: Rule;
  instance: string;
}

/** How far a rule is by its locks: for one that brings nothing to the mounted RSE. */
export function RuleProgress({ rule, instance }: IRuleProgressProps) {
  const trans = useTrans();
  const { ok, replicating, stuck } = rule.locks;
  const total = ok + replicating + stuck;
  const percent = total === 0 ? 0 : Math.floor((100 * ok) / total);
  return (
    <div className="jp-DataLakeProgress">
      <div className="jp-DataLakeProgress-head">
        <StateIcon {...ruleLook(rule.state)} />
        <span className="jp-DataLakeProgress-word">{ruleWord(rule.state, trans)}</span>
        <span className="jp-DataLakeProgress-percent">
          {trans.__(
            '%1 of %2 locks on %3',
            formatCount(ok),
            formatCount(total),
            rule.rseExpression
          )}
        </span>
      </div>
      {rule.state !== 'OK' && (
        <div
          className="jp-DataLakeBar"
          role="progressbar"
          aria-label={trans.__('How much of %1 is there', rule.did)}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent}
        >
          <div className="jp-DataLakeBar-fill" style={{ width: `${percent}%` }} />
        </div>
      )}
      {rule.error !== null && <p className="jp-DataLakeProgress-reason">{rule.error}</p>}
      {rule.expiresAt !== null && (
        <p className="jp-DataLakeProgress-end">
          {trans.__('Ends')} <Time value={rule.expiresAt} />
        </p>
      )}
      <RuleButtons rule={rule} instance={instance} />
    </div>
  );
}
