import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { CatalogueCommands } from '../../catalogue/browser/tokens.js';
import { exactBytes, formatBytes } from '../../common/browser/bytes.js';
import { formatCount } from '../../common/browser/counts.js';
import { problemDetails, problemSentence } from '../../common/browser/problem-sentences.js';
import { formatDuration, Time } from '../../common/browser/time.js';
import { useTrans } from '../../common/browser/trans.js';
import { ENDED, type Job, type Wish } from '../contract.js';
import { JobFiles } from './job-files.js';
import { JobLog } from './job-log.js';
import { jobLook, jobPercent, whatNext, wishesFor, type ILook } from './job-look.js';
import { LookIcon } from './look-icon.js';
import { useUploads } from './services.js';
import { UploadCommands } from './tokens.js';
import { wishWords } from './wish-words.js';

interface IJobViewProps {
  job: Job;
  /** Its files and log are shown. */
  isOpen: boolean;
  onToggle: () => void;
}

/** One upload: how far it is, what keeps it, and what can be done. */
export function JobView({ job, isOpen, onToggle }: IJobViewProps) {
  const trans = useTrans();
  const bodyId = useId();
  const look = jobLook(job, trans);
  const Caret = isOpen ? caretDownIcon : caretRightIcon;
  return (
    <li className={`jp-DataLakeJob jp-mod-${look.kind}`} data-job={job.id} data-state={job.state}>
      <button
        type="button"
        className="jp-DataLakeJob-toggle"
        aria-expanded={isOpen}
        aria-controls={bodyId}
        title={job.title}
        onClick={onToggle}
      >
        <Caret.react tag="span" width="16px" height="16px" aria-hidden="true" />
        <span className="jp-DataLakeJob-title">{job.title}</span>
      </button>
      {!ENDED.has(job.state) && <Bar job={job} />}
      <Amounts job={job} look={look} />
      <Trouble job={job} />
      <Actions job={job} />
      <div id={bodyId} className="jp-DataLakeJob-body" hidden={!isOpen}>
        {isOpen && <Parts job={job} />}
      </div>
    </li>
  );
}

function Bar({ job }: { job: Job }) {
  const trans = useTrans();
  const percent = jobPercent(job);
  const { done, skipped, total } = job.files;
  return (
    <div
      className="jp-DataLakeBar"
      role="progressbar"
      aria-label={trans.__('How much of %1 is uploaded', job.title)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={trans.__(
        '%1 %, %2 of %3 files',
        percent,
        formatCount(done + skipped),
        formatCount(total)
      )}
    >
      <div className="jp-DataLakeBar-fill" style={{ width: `${percent}%` }} />
    </div>
  );
}

function Amounts({ job, look }: { job: Job; look: ILook }) {
  const trans = useTrans();
  const { files, bytes, bytesPerSecond, etaSeconds, endedAt, state } = job;
  const ended = ENDED.has(state);
  const there = files.done + files.skipped;
  const parts = [
    ended && there === files.total
      ? trans._n('%2 file', '%2 files', files.total, formatCount(files.total))
      : trans.__('%1 of %2 files', formatCount(there), formatCount(files.total)),
    ended && bytes.sent === bytes.total
      ? formatBytes(bytes.total)
      : trans.__('%1 of %2', formatBytes(bytes.sent), formatBytes(bytes.total)),
    ...(files.skipped === 0 ? [] : [trans.__('%1 were there already', formatCount(files.skipped))]),
    ...(files.failed === 0 ? [] : [trans.__('%1 failed', formatCount(files.failed))]),
    ...(ended || bytesPerSecond === null ? [] : [trans.__('%1/s', formatBytes(bytesPerSecond))]),
    ...(ended || etaSeconds === null ? [] : [trans.__('%1 left', formatDuration(etaSeconds))])
  ];
  return (
    <p
      className="jp-DataLakeJob-amounts"
      title={`${exactBytes(bytes.sent)} / ${exactBytes(bytes.total)}`}
    >
      <LookIcon look={look} />
      <span className="jp-DataLakeJob-word">{look.word}</span>
      {parts.map(part => (
        <span key={part}>{part}</span>
      ))}
      {endedAt !== null && (
        <span>
          <Time value={endedAt} past />
        </span>
      )}
    </p>
  );
}

function Trouble({ job }: { job: Job }) {
  const trans = useTrans();
  const { problem } = job;
  if (problem === null) {
    return null;
  }
  const details = problemDetails(problem);
  return (
    <div className="jp-DataLakeJob-trouble" role="status">
      <p>
        {problemSentence(problem, trans)} {whatNext(job, trans)}
      </p>
      {details.length > 0 && (
        <details className="jp-DataLakeProblem-details">
          <summary>{trans.__('Details')}</summary>
          {details.map(text => (
            <pre key={text}>{text}</pre>
          ))}
        </details>
      )}
    </div>
  );
}

function Actions({ job }: { job: Job }) {
  const trans = useTrans();
  const { commands } = useUploads();
  // What goes wrong is told by the command.
  const wish = useMutation({
    mutationFn: (want: Wish) => commands.execute(UploadCommands[want], { job: job.id })
  });
  const words = wishWords(trans);
  const wishes = wishesFor(job.state);
  const { dataset, files } = job;
  const isFound =
    ENDED.has(job.state) &&
    files.done + files.skipped > 0 &&
    commands.hasCommand(CatalogueCommands.search);
  if (wishes.length === 0) {
    return null;
  }
  return (
    <div className="jp-DataLakeJob-actions" role="group" aria-label={trans.__('What can be done')}>
      {dataset !== null && isFound && (
        <button
          type="button"
          className="jp-DataLakeButton"
          onClick={() => void commands.execute(CatalogueCommands.search, { text: dataset })}
        >
          {trans.__('Show dataset')}
        </button>
      )}
      {wishes.map(want => (
        <button
          key={want}
          type="button"
          className="jp-DataLakeButton"
          disabled={wish.isPending}
          onClick={() => wish.mutate(want)}
        >
          {words[want].button}
        </button>
      ))}
    </div>
  );
}

function Parts({ job }: { job: Job }) {
  const trans = useTrans();
  const [part, setPart] = useState<'files' | 'log'>('files');
  const parts = [
    ['files', trans.__('Files')],
    ['log', trans.__('Log')]
  ] as const;
  return (
    <>
      <div className="jp-DataLakeJob-parts" role="group" aria-label={trans.__('Show')}>
        {parts.map(([id, label]) => (
          <button
            key={id}
            type="button"
            className="jp-DataLakePlanned-fate"
            aria-pressed={id === part}
            onClick={() => setPart(id)}
          >
            {label}
          </button>
        ))}
      </div>
      {part === 'files' ? <JobFiles job={job} /> : <JobLog job={job} />}
    </>
  );
}
