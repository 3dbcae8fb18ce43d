import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { exactBytes, formatBytes } from '../../common/browser/bytes.js';
import { formatCount } from '../../common/browser/counts.js';
import { problemSentence } from '../../common/browser/problem-sentences.js';
import { problemOf, ProblemView } from '../../common/browser/problem-view.js';
import { Skeleton } from '../../common/browser/skeleton.js';
import { useTrans } from '../../common/browser/trans.js';
import type { Job, JobState, UploadFile } from '../contract.js';
import { fileLook } from './job-look.js';
import { LookIcon } from './look-icon.js';
import { filesQuery } from './queries.js';
import { useUploads } from './services.js';

const ROW_HEIGHT = 24;
const TROUBLED_HEIGHT = 56;
const OVERSCAN = 8;

/** The files of an upload, read as they are scrolled into sight; those that failed can be shown alone. */
export function JobFiles({ job }: { job: Job }) {
  const trans = useTrans();
  const { lake } = useUploads();
  const [wishesFailed, setFailed] = useState(false);
  const onlyFailed = wishesFailed && job.files.failed > 0;
  const pages = useInfiniteQuery(filesQuery(lake, job.id, onlyFailed ? 'failed' : undefined));
  const files = pages.data?.pages.flatMap(page => page.files) ?? [];
  return (
    <>
      {job.files.failed > 0 && (
        <label className="jp-DataLakeJob-only">
          <input
            type="checkbox"
            checked={onlyFailed}
            onChange={({ target }) => setFailed(target.checked)}
          />
          {trans.__('Only those that failed (%1)', formatCount(job.files.failed))}
        </label>
      )}
      {pages.error !== null && (
        <ProblemView
          problem={problemOf(pages.error)}
          compact
          onRetry={() => void pages.refetch()}
        />
      )}
      {pages.data === undefined && pages.error === null && <Skeleton rows={3} />}
      {pages.data !== undefined && files.length === 0 && (
        <p className="jp-DataLakeJob-none">{trans.__('No files are known yet.')}</p>
      )}
      {files.length > 0 && (
        <Files
          files={files}
          state={job.state}
          onEnd={() => {
            if (pages.hasNextPage && !pages.isFetching) {
              void pages.fetchNextPage();
            }
          }}
        />
      )}
    </>
  );
}

interface IFilesProps {
  files: readonly UploadFile[];
  /** Of the upload. */
  state: JobState;
  onEnd: () => void;
}

function Files({ files, state, onEnd }: IFilesProps) {
  const trans = useTrans();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer<HTMLDivElement, Element>({
    count: files.length,
    getScrollElement: () => scroller.current,
    estimateSize: index => (files[index].problem === null ? ROW_HEIGHT : TROUBLED_HEIGHT),
    getItemKey: index => `${files[index].nr} ${files[index].problem === null}`,
    overscan: OVERSCAN
  });
  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  const atEnd = last >= files.length - 1;
  useEffect(() => {
    if (atEnd) {
      onEnd();
    }
  });
  return (
    <div
      ref={scroller}
      className="jp-DataLakeJob-files"
      role="list"
      aria-label={trans.__('Files')}
      tabIndex={0}
    >
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
        {rows.map(({ index, start, size }) => (
          <File key={files[index].nr} file={files[index]} job={state} top={start} height={size} />
        ))}
      </div>
    </div>
  );
}

interface IFileProps {
  file: UploadFile;
  job: JobState;
  top: number;
  height: number;
}

function File({ file, job, top, height }: IFileProps) {
  const trans = useTrans();
  const { path, did, state, bytes, sent, problem } = file;
  const look = fileLook(state, job, trans);
  // Where there is too little room, the folder is cut short, not the name.
  const cut = path.lastIndexOf('/') + 1;
  const sentence = problem === null ? null : problemSentence(problem, trans);
  return (
    <div
      role="listitem"
      className="jp-DataLakeJob-file"
      style={{ transform: `translateY(${top}px)`, height }}
    >
      <LookIcon look={look} />
      <span className="jp-DataLakeJob-path" title={`${path} → ${did}`}>
        <span className="jp-DataLakeJob-folder">{path.slice(0, cut)}</span>
        <span className="jp-DataLakeJob-name">{path.slice(cut)}</span>
      </span>
      <span className="jp-DataLakeJob-state">{look.word}</span>
      <span className="jp-DataLakeJob-bytes" title={exactBytes(bytes)}>
        {state === 'sending' && bytes > 0
          ? trans.__('%1 %', Math.min(99, Math.floor((100 * sent) / bytes)))
          : formatBytes(bytes)}
      </span>
      {sentence !== null && (
        <span className="jp-DataLakeJob-says" title={sentence}>
          {sentence}
        </span>
      )}
    </div>
  );
}
