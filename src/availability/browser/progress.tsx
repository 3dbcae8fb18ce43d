import { exactBytes, formatBytes } from '../../common/browser/bytes.js';
import { formatCount } from '../../common/browser/counts.js';
import { ProblemView } from '../../common/browser/problem-view.js';
import { formatDuration, Time } from '../../common/browser/time.js';
import { useTrans } from '../../common/browser/trans.js';
import type { Availability } from '../contract.js';
import { describe, percentOf } from './describe.js';
import { RuleButtons } from './rule-buttons.js';
import { StateIcon } from './state-icon.js';
import { useServices } from './services.js';
import type { Known } from './tokens.js';
import { useReadAgain } from './use-read-again.js';
import { useKnown } from './use-availability.js';

interface IProgressProps {
  did: string;
  instance?: string;
}

/** Whether there is something to measure: it is on its way, or has stopped on it. */
function underWay({ state }: Availability): boolean {
  return state !== 'AVAILABLE' && state !== 'NOT_AVAILABLE';
}

/** Bar, counts, reason and buttons of one DID. What could not be asked is shown as that, with Retry. */
export function Progress({ did, instance }: IProgressProps) {
  const services = useServices();
  const [known] = useKnown(services, instance, [did]);
  const again = useReadAgain(instance);
  if (known.status === 'failed') {
    return <ProblemView problem={known.problem} compact onRetry={() => again([did])} />;
  }
  return (
    <div className={`jp-DataLakeProgress jp-mod-${describe(known, services.lake.trans).kind}`}>
      <Head known={known} />
      {known.status === 'known' && (
        <Body availability={known.availability} did={did} instance={instance} />
      )}
    </div>
  );
}

function Head({ known }: { known: Known }) {
  const trans = useTrans();
  const { icon, kind, word } = describe(known, trans);
  const availability = known.status === 'known' ? known.availability : null;
  return (
    <div className="jp-DataLakeProgress-head">
      <StateIcon icon={icon} kind={kind} />
      <span className="jp-DataLakeProgress-word">{word}</span>
      {availability !== null && underWay(availability) && (
        <span className="jp-DataLakeProgress-percent">
          {trans.__('%1 %', percentOf(availability))}
        </span>
      )}
      {availability !== null && availability.etaSeconds !== null && underWay(availability) && (
        <span className="jp-DataLakeProgress-eta">
          {trans.__('%1 left', formatDuration(availability.etaSeconds))}
        </span>
      )}
    </div>
  );
}

interface IBodyProps {
  availability: Availability;
  did: string;
  instance: string | undefined;
}

function Body({ availability, did, instance }: IBodyProps) {
  const trans = useTrans();
  const { rule, endsSoon, state, reason } = availability;
  const moving = underWay(availability);
  const { sentence } = describe({ status: 'known', availability }, trans);
  // While it simply goes on, bar and counts say all; else the sentence says why it does not.
  const quiet = state === 'REPLICATING' && reason === null;
  return (
    <>
      {moving && <Bar availability={availability} did={did} />}
      {moving && <Counts availability={availability} />}
      {!quiet && (
        <p className="jp-DataLakeProgress-reason" title={sentence}>
          {sentence}
        </p>
      )}
      {reason !== null && !sentence.includes(reason) && (
        <p className="jp-DataLakeProgress-reason" title={reason}>
          {reason}
        </p>
      )}
      {rule?.expiresAt != null && (
        <p className={`jp-DataLakeProgress-end${endsSoon ? ' jp-mod-ends-soon' : ''}`}>
          {endsSoon ? trans.__('Ends soon:') : trans.__('Ends')} <Time value={rule.expiresAt} />
        </p>
      )}
      {rule !== null && (moving || endsSoon) && (
        <RuleButtons
          rule={rule}
          instance={instance}
          {...(moving ? {} : { only: ['extend'] as const })}
        />
      )}
    </>
  );
}

function Bar({ availability, did }: Omit<IBodyProps, 'instance'>) {
  const trans = useTrans();
  const percent = percentOf(availability);
  const { available, total } = availability.files;
  return (
    <div
      className="jp-DataLakeBar"
      role="progressbar"
      aria-label={trans.__('How much of %1 is there', did)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={trans.__(
        '%1 %, %2 of %3 files',
        percent,
        formatCount(available),
        formatCount(total)
      )}
    >
      <div className="jp-DataLakeBar-fill" style={{ width: `${percent}%` }} />
    </div>
  );
}

function Counts({ availability: { files, bytes } }: { availability: Availability }) {
  const trans = useTrans();
  return (
    <p className="jp-DataLakeProgress-counts">
      <span>
        {trans.__('%1 of %2 files', formatCount(files.available), formatCount(files.total))}
      </span>
      {files.replicating > 0 && (
        <span>{trans.__('%1 replicating', formatCount(files.replicating))}</span>
      )}
      {files.stuck > 0 && <span>{trans.__('%1 stuck', formatCount(files.stuck))}</span>}
      <span title={`${exactBytes(bytes.available)} / ${exactBytes(bytes.total)}`}>
        {trans.__('%1 of %2', formatBytes(bytes.available), formatBytes(bytes.total))}
      </span>
    </p>
  );
}
