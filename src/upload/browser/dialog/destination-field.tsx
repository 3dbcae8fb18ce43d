import { useQuery } from '@tanstack/react-query';
import { formatBytes } from '../../../common/browser/bytes.js';
import { ProblemView, problemOf } from '../../../common/browser/problem-view.js';
import { Skeleton } from '../../../common/browser/skeleton.js';
import { useTrans } from '../../../common/browser/trans.js';
import type { Destination } from '../../contract.js';
import type * as z from 'zod';
import { doneIcon, refusedIcon, waitingIcon } from '../icons.js';
import { destinationsQuery } from '../queries.js';
import { useUploads } from '../services.js';
import { ComboBox, type IOption } from '../../../common/browser/combo-box.js';
import { Field } from '../../../common/browser/field.js';
import { useSettled } from '../../../common/browser/use-settled.js';

type DestinationRow = z.infer<typeof Destination>;

const MOST_OPTIONS = 12;
/** What stands before the term that is being typed: terms are joined by these. */
const BEFORE_LAST_TERM = /^.*[|&\\()]/;

function useRoom() {
  const trans = useTrans();
  return ({ freeBytes, quota }: DestinationRow): string => {
    const free =
      freeBytes === null
        ? trans.__('free space not known')
        : trans.__('%1 free', formatBytes(freeBytes));
    const left =
      quota.limitBytes === null
        ? trans.__('no limit to your quota')
        : trans.__(
            '%1 of %2 quota left',
            formatBytes(Math.max(0, quota.limitBytes - quota.usedBytes)),
            formatBytes(quota.limitBytes)
          );
    return `${left} · ${free}`;
  };
}

interface IDestinationFieldProps {
  instance: string;
  value: string;
  onChange: (value: string) => void;
  complaint: string | undefined;
  /** The RSE that would be taken, where that is known. */
  taken: string | null;
}

/** Where to, as an RSE expression, with the RSEs that it stands for: those that may be written to first. */
export function DestinationField(props: IDestinationFieldProps) {
  const { instance, value, onChange, complaint, taken } = props;
  const trans = useTrans();
  const room = useRoom();
  const { lake } = useUploads();
  const all = useQuery(destinationsQuery(lake, instance));
  const before = BEFORE_LAST_TERM.exec(value)?.[0] ?? '';
  const typed = value.slice(before.length).trim().toLocaleLowerCase();
  const options: IOption[] = (all.data?.destinations ?? [])
    .filter(({ rse }) => rse.toLocaleLowerCase().includes(typed))
    .slice(0, MOST_OPTIONS)
    .map(destination => ({ text: destination.rse, hint: room(destination) }));
  return (
    <Field label={trans.__('Where to')} complaint={complaint} hint={trans.__('An RSE expression')}>
      {({ id, describedBy, invalid }) => (
        <>
          <ComboBox
            id={id}
            describedBy={describedBy}
            invalid={invalid}
            label={trans.__('RSEs')}
            value={value}
            onChange={onChange}
            onTake={rse => onChange(`${before}${rse}`)}
            options={options}
          />
          <Matches instance={instance} expression={value.trim()} taken={taken} />
        </>
      )}
    </Field>
  );
}

interface IMatchesProps {
  instance: string;
  expression: string;
  taken: string | null;
}

function Matches({ instance, expression, taken }: IMatchesProps) {
  const trans = useTrans();
  const { lake } = useUploads();
  const settled = useSettled(expression);
  const { data, error, refetch } = useQuery(destinationsQuery(lake, instance, settled));
  if (settled === '') {
    return null;
  }
  if (error !== null) {
    return <ProblemView problem={problemOf(error)} compact onRetry={() => void refetch()} />;
  }
  if (data === undefined) {
    return <Skeleton rows={2} />;
  }
  return (
    <ul className="jp-DataLakeDestinations" aria-label={trans.__('RSEs of this expression')}>
      {data.destinations.map(destination => (
        <Match
          key={destination.rse}
          destination={destination}
          isTaken={destination.rse === taken}
        />
      ))}
      {data.destinations.length === 0 && <li>{trans.__('No RSE fits this expression.')}</li>}
    </ul>
  );
}

function Match({ destination, isTaken }: { destination: DestinationRow; isTaken: boolean }) {
  const trans = useTrans();
  const room = useRoom();
  const { rse, mayWrite, reason } = destination;
  const Icon = mayWrite === true ? doneIcon : mayWrite === false ? refusedIcon : waitingIcon;
  const word =
    mayWrite === true
      ? trans.__('may be written to')
      : mayWrite === false
        ? trans.__('cannot be written to')
        : trans.__('known when it is tried');
  const kind = mayWrite === true ? 'done' : mayWrite === false ? 'bad' : 'quiet';
  return (
    <li className={`jp-DataLakeDestination${isTaken ? ' jp-mod-taken' : ''}`}>
      <Icon.react
        tag="span"
        className={`jp-DataLakeUploadIcon jp-mod-${kind}`}
        width="16px"
        height="16px"
        aria-hidden="true"
      />
      <span className="jp-DataLakeDestination-name">{rse}</span>
      <span className="jp-DataLakeDestination-word">
        {isTaken ? trans.__('will be taken') : word}
      </span>
      <span className="jp-DataLakeDestination-room">
        {mayWrite === false && reason !== null ? reason : room(destination)}
      </span>
    </li>
  );
}
