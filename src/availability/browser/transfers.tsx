import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { formatCount } from '../../common/browser/counts.js';
import { EmptyView } from '../../common/browser/empty-view.js';
import { problemOf, ProblemView } from '../../common/browser/problem-view.js';
import { Skeleton } from '../../common/browser/skeleton.js';
import { useTrans } from '../../common/browser/trans.js';
import { useModel } from '../../common/browser/use-signal.js';
import { Progress } from './progress.js';
import { RuleProgress } from './rule-progress.js';
import { rulesUnderWay } from './rules-query.js';
import { useServices } from './services.js';
import { transferRows, type ITransferRow } from './transfer-rows.js';
import { useInstance, useKnown } from './use-availability.js';

function useTransfers() {
  const services = useServices();
  const { instance, error } = useInstance(services, undefined);
  const rules = useQuery(rulesUnderWay(services.lake, instance));
  const awaited = useModel(services.awaited);
  const { refetch } = rules;
  // Something that was asked for here has come to its end, or begun: the list is another one.
  useEffect(() => {
    const again = () => void refetch({ cancelRefetch: false });
    awaited.outcome.connect(again);
    return () => {
      awaited.outcome.disconnect(again);
    };
  }, [awaited, refetch]);
  const rows = instance === undefined ? [] : transferRows(rules.data, awaited.all, instance);
  return { rules, rows, awaited, failure: error ?? rules.error };
}

/** To the right of the section's title: how many are on their way, and how many do not get on. */
export function TransfersHeader() {
  const trans = useTrans();
  const { rows, rules } = useTransfers();
  const open = rows.filter(({ arrived }) => !arrived);
  const stuck = open.filter(({ rule }) => rule?.state === 'STUCK').length;
  const underWay = open.length - stuck;
  const parts = [
    ...(underWay === 0 ? [] : [trans.__('%1 under way', formatCount(underWay))]),
    ...(stuck === 0 ? [] : [trans.__('%1 stuck', formatCount(stuck))])
  ];
  return rules.data === undefined || parts.length === 0 ? null : <span>{parts.join(' · ')}</span>;
}

/** What is on its way for this account, what ends soon, and what was asked for here and has arrived. */
export function Transfers() {
  const trans = useTrans();
  const { rules, rows, awaited, failure } = useTransfers();
  const arrived = rows.filter(row => row.arrived).length;
  if (failure !== null) {
    return <ProblemView problem={problemOf(failure)} onRetry={() => void rules.refetch()} />;
  }
  if (rules.data === undefined) {
    return <Skeleton rows={2} />;
  }
  if (rows.length === 0) {
    return (
      <EmptyView title={trans.__('Nothing is on its way.')}>
        {trans.__('What you make available is shown here until it has arrived.')}
      </EmptyView>
    );
  }
  return (
    <div className="jp-DataLakeTransfers">
      <ul>
        {rows.map(row => (
          <Transfer key={row.key} row={row} />
        ))}
      </ul>
      {rules.data.rules.length < rules.data.count && (
        <p className="jp-DataLakeTransfers-more">
          {trans.__(
            '%1 of %2 rules are shown.',
            formatCount(rules.data.rules.length),
            formatCount(rules.data.count)
          )}
        </p>
      )}
      {arrived > 0 && (
        <button type="button" className="jp-DataLakeButton" onClick={() => awaited.forgetArrived()}>
          {trans.__('Clear what has arrived')}
        </button>
      )}
    </div>
  );
}

function Transfer({ row }: { row: ITransferRow }) {
  const services = useServices();
  const [known] = useKnown(services, row.instance, [row.did]);
  // The availability is of the mounted RSE; a rule for somewhere else stands for itself.
  const elsewhere =
    row.rule !== null && known.status === 'known' && known.availability.rule?.id !== row.rule.id;
  return (
    <li className="jp-DataLakeTransfers-item">
      <span className="jp-DataLakeTransfers-did" title={row.did}>
        {row.did}
      </span>
      {elsewhere && row.rule !== null ? (
        <RuleProgress rule={row.rule} instance={row.instance} />
      ) : (
        <Progress did={row.did} instance={row.instance} />
      )}
    </li>
  );
}
