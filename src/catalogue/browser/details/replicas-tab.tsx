import { Clipboard } from '@jupyterlab/apputils';
import { checkIcon, copyIcon, refreshIcon } from '@jupyterlab/ui-components';
import { useQuery } from '@tanstack/react-query';
import { exactBytes, formatBytes } from '../../../common/browser/bytes.js';
import { formatCount } from '../../../common/browser/counts.js';
import { EmptyView } from '../../../common/browser/empty-view.js';
import { ProblemView } from '../../../common/browser/problem-view.js';
import { Skeleton } from '../../../common/browser/skeleton.js';
import { useTrans } from '../../../common/browser/trans.js';
import { toProblem } from '../../../common/contract/problem.js';
import type { ReplicaSummary } from '../../contract.js';
import { useCatalogue } from '../context.js';
import { replicasQuery } from '../did-queries.js';
import type { IDidArgs } from '../tokens.js';

/** From 0 to 1; by files, or by bytes where Rucio does not count files. null: not known. */
export function completeness({
  files,
  availableFiles,
  bytes,
  availableBytes
}: ReplicaSummary): number | null {
  if (files !== null && files > 0) {
    return Math.min(1, availableFiles / files);
  }
  return bytes !== null && bytes > 0 ? Math.min(1, availableBytes / bytes) : null;
}

function Completeness({ replica }: { replica: ReplicaSummary }) {
  const trans = useTrans();
  const part = completeness(replica);
  const { files, availableFiles } = replica;
  const words =
    part === 1
      ? trans.__('complete')
      : trans.__('%1 of %2 files', formatCount(availableFiles), formatCount(files));
  return (
    <span className="jp-DataLakeCompleteness">
      <span
        className={`jp-DataLakeCompleteness-bar${part === 1 ? ' jp-mod-complete' : ''}`}
        role="meter"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={part === null ? undefined : Math.floor(part * 100)}
        aria-valuetext={words}
        aria-label={trans.__('Completeness at %1', replica.rse)}
      >
        <span style={{ width: `${(part ?? 0) * 100}%` }} />
      </span>
      <span className="jp-DataLakeCompleteness-words">
        {part === 1 && <checkIcon.react tag="span" width="14px" height="14px" aria-hidden="true" />}
        {words}
      </span>
    </span>
  );
}

function Pfn({ pfn }: { pfn: string }) {
  const trans = useTrans();
  return (
    <span className="jp-DataLakePfn">
      <code>{pfn}</code>
      <button
        type="button"
        className="jp-DataLakeRow-action"
        title={trans.__('Copy PFN')}
        aria-label={trans.__('Copy PFN')}
        onClick={() => Clipboard.copyToSystem(pfn)}
      >
        <copyIcon.react tag="span" width="16px" height="16px" aria-hidden="true" />
      </button>
    </span>
  );
}

/** Where the replicas are, and how complete. */
export function ReplicasTab(did: IDidArgs) {
  const trans = useTrans();
  const { lake } = useCatalogue();
  const replicas = useQuery(replicasQuery(lake, did));
  if (replicas.isError) {
    return (
      <ProblemView problem={toProblem(replicas.error)} onRetry={() => void replicas.refetch()} />
    );
  }
  if (replicas.data === undefined) {
    return <Skeleton rows={4} />;
  }
  const rows = replicas.data.replicas;
  const refresh = (
    <button
      type="button"
      className="jp-DataLakeRow-action"
      title={trans.__('Ask again')}
      aria-label={trans.__('Ask again')}
      disabled={replicas.isFetching}
      onClick={() => void replicas.refetch()}
    >
      <refreshIcon.react tag="span" width="16px" height="16px" aria-hidden="true" />
    </button>
  );
  if (rows.length === 0) {
    return (
      <EmptyView title={trans.__('There is no replica anywhere.')}>
        {trans.__('Nothing can be made available from it until somebody uploads its files.')}
        {refresh}
      </EmptyView>
    );
  }
  const withPfn = rows.some(({ pfn }) => pfn !== null);
  return (
    <table className="jp-DataLakeTable">
      <thead>
        <tr>
          <th scope="col">{trans.__('RSE')}</th>
          <th scope="col">{trans.__('Completeness')}</th>
          <th scope="col" className="jp-mod-number">
            {trans.__('Size')}
          </th>
          {withPfn && <th scope="col">{trans.__('PFN')}</th>}
          <th scope="col" className="jp-mod-number">
            {refresh}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(replica => (
          <tr key={replica.rse}>
            <th scope="row">
              {replica.rse}
              {replica.mounted && (
                <span className="jp-DataLakeBadge">{trans.__('mounted here')}</span>
              )}
            </th>
            <td>
              <Completeness replica={replica} />
            </td>
            <td className="jp-mod-number" title={exactBytes(replica.availableBytes)}>
              {formatBytes(replica.availableBytes)}
            </td>
            {withPfn && <td>{replica.pfn !== null && <Pfn pfn={replica.pfn} />}</td>}
            <td />
          </tr>
        ))}
      </tbody>
    </table>
  );
}
