import { useQuery } from '@tanstack/react-query';
import { formatCount } from '../../common/browser/counts.js';
import { problemOf, ProblemView } from '../../common/browser/problem-view.js';
import { Skeleton } from '../../common/browser/skeleton.js';
import { exactTime } from '../../common/browser/time.js';
import { useTrans } from '../../common/browser/trans.js';
import type { Job, LogLine } from '../contract.js';
import { logQuery } from './queries.js';
import { useUploads } from './services.js';

/** Lines that are drawn at most: the last ones. */
const MOST = 500;

/** What happened in an upload, in order. */
export function JobLog({ job }: { job: Job }) {
  const trans = useTrans();
  const { lake } = useUploads();
  const { data, error, refetch } = useQuery(logQuery(lake, job.id));
  if (error !== null) {
    return <ProblemView problem={problemOf(error)} compact onRetry={() => void refetch()} />;
  }
  if (data === undefined) {
    return <Skeleton rows={3} />;
  }
  const words: Record<LogLine['level'], string> = {
    info: '',
    warning: trans.__('Warning:'),
    error: trans.__('Error:')
  };
  const earlier = data.lines.length - MOST;
  return (
    <div className="jp-DataLakeJob-log" role="log" aria-label={trans.__('Log')} tabIndex={0}>
      {earlier > 0 && (
        <p>{trans._n('%2 earlier line', '%2 earlier lines', earlier, formatCount(earlier))}</p>
      )}
      {data.lines.length === 0 && <p>{trans.__('Nothing has happened yet.')}</p>}
      <ol>
        {data.lines.slice(-MOST).map(({ at, level, text }, index) => (
          <li key={index} className={`jp-mod-${level}`}>
            <time dateTime={at} title={exactTime(Date.parse(at))}>
              {new Date(at).toLocaleTimeString()}
            </time>{' '}
            {words[level]} {text}
          </li>
        ))}
      </ol>
    </div>
  );
}
