import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { formatCount } from '../../common/browser/counts.js';
import { EmptyView } from '../../common/browser/empty-view.js';
import { problemOf, ProblemView } from '../../common/browser/problem-view.js';
import { Skeleton } from '../../common/browser/skeleton.js';
import { useTrans } from '../../common/browser/trans.js';
import { ENDED } from '../contract.js';
import { uploadIcon } from './icons.js';
import { JobView } from './job-view.js';
import { jobsQuery } from './queries.js';
import { useUploads } from './services.js';
import { UploadCommands } from './tokens.js';

function useJobs() {
  const { lake, reader } = useUploads();
  useEffect(() => {
    const watch = reader.watch();
    return () => watch.dispose();
  }, [reader]);
  return useQuery(jobsQuery(lake));
}

/** To the right of the section's title: how many are under way, how many need somebody, and the way in. */
export function UploadsHeader() {
  const trans = useTrans();
  const { commands } = useUploads();
  const { data } = useJobs();
  const jobs = data?.jobs ?? [];
  const open = jobs.filter(({ state }) => !ENDED.has(state)).length;
  const failed = jobs.filter(({ state }) => state === 'failed' || state === 'partly').length;
  const parts = [
    ...(open === 0 ? [] : [trans.__('%1 under way', formatCount(open))]),
    ...(failed === 0 ? [] : [trans.__('%1 failed', formatCount(failed))])
  ];
  return (
    <>
      {parts.length > 0 && <span>{parts.join(' · ')}</span>}
      <button
        type="button"
        className="jp-DataLakeRow-action"
        title={trans.__('Upload files …')}
        aria-label={trans.__('Upload files …')}
        onClick={() => void commands.execute(UploadCommands.choose)}
      >
        <uploadIcon.react tag="span" width="16px" height="16px" aria-hidden="true" />
      </button>
    </>
  );
}

/** All uploads of this person, the newest first. */
export function UploadsSection() {
  const trans = useTrans();
  const { commands } = useUploads();
  const { data, error, refetch } = useJobs();
  const [open, setOpen] = useState<string | null>(null);
  if (error !== null && data === undefined) {
    return <ProblemView problem={problemOf(error)} onRetry={() => void refetch()} />;
  }
  if (data === undefined) {
    return <Skeleton rows={2} />;
  }
  if (data.jobs.length === 0) {
    return (
      <EmptyView title={trans.__('Nothing is being uploaded.')}>
        <p>{trans.__('Drop files of the file browser here, or')}</p>
        <button
          type="button"
          className="jp-DataLakeButton"
          onClick={() => void commands.execute(UploadCommands.choose)}
        >
          {trans.__('Choose files …')}
        </button>
      </EmptyView>
    );
  }
  return (
    <ul className="jp-DataLakeUploads">
      {data.jobs.map(job => (
        <JobView
          key={job.id}
          job={job}
          isOpen={job.id === open}
          onToggle={() => setOpen(job.id === open ? null : job.id)}
        />
      ))}
    </ul>
  );
}
