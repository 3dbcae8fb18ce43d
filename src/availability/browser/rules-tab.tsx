import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { formatCount } from '../../common/browser/counts.js';
import { EmptyView } from '../../common/browser/empty-view.js';
import { problemOf, ProblemView } from '../../common/browser/problem-view.js';
import { Skeleton } from '../../common/browser/skeleton.js';
import { Time } from '../../common/browser/time.js';
import { useTrans } from '../../common/browser/trans.js';
import type { Rule } from '../contract.js';
import { ruleLook, ruleWord } from './describe.js';
import { RuleButtons } from './rule-buttons.js';
import { rulesOfDid } from './rules-query.js';
import { StateIcon } from './state-icon.js';
import { useServices } from './services.js';
import { useInstance, useKnown } from './use-availability.js';

interface IRulesTabProps {
  did: string;
  instance?: string;
}

/** The rules of a DID: whose, where to, how far, until when, and what may be done to them. */
export function RulesTab({ did, instance: given }: IRulesTabProps) {
  const trans = useTrans();
  const services = useServices();
  const { instance, error } = useInstance(services, given);
  const rules = useQuery(rulesOfDid(services.lake, instance, did));
  const [known] = useKnown(services, given, [did]);
  const version = known.status === 'known' ? known.availability.version : null;
  const { refetch } = rules;
  // What moves on the mounted RSE moves its rule: read it again, once it has been read at all.
  useEffect(() => {
    if (version !== null) {
      void refetch({ cancelRefetch: false });
    }
  }, [version, refetch]);

  const failure = error ?? rules.error;
  if (failure !== null) {
    return <ProblemView problem={problemOf(failure)} onRetry={() => void refetch()} />;
  }
  if (rules.data === undefined) {
    return <Skeleton rows={3} />;
  }
  const { rules: shown, count } = rules.data;
  if (count === 0) {
    return (
      <EmptyView title={trans.__('No rule protects this DID.')}>
        {trans.__('Make it available, and a rule brings it to the mounted RSE.')}
      </EmptyView>
    );
  }
  return (
    <div className="jp-DataLakeRules">
      <table aria-label={trans.__('Rules of %1', did)}>
        <thead>
          <tr>
            <th scope="col">{trans.__('State')}</th>
            <th scope="col">{trans.__('Account')}</th>
            <th scope="col">{trans.__('RSE expression')}</th>
            <th scope="col">{trans.__('Locks')}</th>
            <th scope="col">{trans.__('Ends')}</th>
            <th scope="col">{trans.__('Actions')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(rule => (
            <RuleRow key={rule.id} rule={rule} instance={given} />
          ))}
        </tbody>
      </table>
      {shown.length < count && (
        <p className="jp-DataLakeRules-more">
          {trans.__('%1 of %2 rules are shown.', formatCount(shown.length), formatCount(count))}
        </p>
      )}
    </div>
  );
}

function RuleRow({ rule, instance }: { rule: Rule; instance: string | undefined }) {
  const trans = useTrans();
  const { ok, replicating, stuck } = rule.locks;
  return (
    <tr>
      <td>
        <span className="jp-DataLakeRules-state">
          <StateIcon {...ruleLook(rule.state)} />
          {ruleWord(rule.state, trans)}
        </span>
        {rule.error !== null && <p className="jp-DataLakeRules-error">{rule.error}</p>}
      </td>
      <td>
        {rule.account}
        {rule.mine && <span className="jp-DataLakeRules-mine"> {trans.__('(you)')}</span>}
      </td>
      <td>
        {rule.rseExpression}
        {rule.copies > 1 && ` × ${rule.copies}`}
      </td>
      <td className="jp-DataLakeRules-locks">
        <span>{trans.__('%1 OK', formatCount(ok))}</span>
        {replicating > 0 && <span>{trans.__('%1 replicating', formatCount(replicating))}</span>}
        {stuck > 0 && <span>{trans.__('%1 stuck', formatCount(stuck))}</span>}
      </td>
      <td>{rule.expiresAt === null ? trans.__('never') : <Time value={rule.expiresAt} />}</td>
      <td>
        <RuleButtons rule={rule} instance={instance} />
      </td>
    </tr>
  );
}
