import { useId, useState } from 'react';
import { formatCount } from '../../common/browser/counts.js';
import { TextField } from '../../common/browser/field.js';
import { useTrans } from '../../common/browser/trans.js';
import { CareForm } from './care-form.js';
import { didComplaint } from './did-complaint.js';

/** As many as one request takes. */
const MOST = 1000;

interface IMembersFormProps {
  /** What can be ticked, and what it is called together. */
  offered: readonly string[];
  legend: string;
  /** Offers more, where there are more. */
  onMore?: (() => void) | undefined;
  /** More are being read. */
  isReading?: boolean;
  /** Says so where there is nothing to tick. */
  none: string;
  /** Others may be typed. */
  mayType: boolean;
  accept: string;
  run: (members: string[]) => Promise<unknown>;
  onDone: (members: string[] | null) => void;
}

/** Chooses DIDs: by ticking those that are offered, and where that is useful by their names. */
export function MembersForm(props: IMembersFormProps) {
  const { offered, legend, onMore, isReading, none, mayType, accept, run, onDone } = props;
  const trans = useTrans();
  const id = useId();
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [typed, setTyped] = useState('');
  const lines = typed.split(/\s+/).filter(text => text !== '');
  const wrong = lines.find(text => didComplaint(text) !== null);
  const members = [...new Set([...offered.filter(did => ticked.has(did)), ...lines])];
  const complaint =
    wrong !== undefined
      ? trans.__('%1: %2', wrong, didComplaint(wrong) ?? '')
      : members.length === 0
        ? trans.__('Choose at least one.')
        : members.length > MOST
          ? trans.__('At most %1 at a time.', formatCount(MOST))
          : null;
  const tick = (dids: readonly string[], on: boolean) =>
    setTicked(before => {
      const next = new Set(before);
      dids.forEach(did => (on ? next.add(did) : next.delete(did)));
      return next;
    });
  return (
    <CareForm
      accept={accept}
      complaint={complaint}
      onDone={onDone}
      run={async () => {
        await run(members);
        return members;
      }}
    >
      <fieldset className="jp-DataLakeMembers" aria-describedby={`${id}-none`}>
        <legend>{legend}</legend>
        {offered.length === 0 && <p id={`${id}-none`}>{none}</p>}
        {offered.length > 1 && (
          <label className="jp-DataLakeMembers-all">
            <input
              type="checkbox"
              checked={offered.every(did => ticked.has(did))}
              onChange={({ target }) => tick(offered, target.checked)}
            />
            <span>{trans.__('All of them')}</span>
          </label>
        )}
        <div className="jp-DataLakeMembers-list">
          {offered.map(did => (
            <label key={did}>
              <input
                type="checkbox"
                checked={ticked.has(did)}
                onChange={({ target }) => tick([did], target.checked)}
              />
              <span>{did}</span>
            </label>
          ))}
        </div>
        {onMore !== undefined && (
          <button
            type="button"
            className="jp-DataLakeButton"
            // A disabled button would lose the focus.
            aria-disabled={isReading}
            onClick={() => {
              if (isReading !== true) {
                onMore();
              }
            }}
          >
            {isReading === true ? trans.__('Reading …') : trans.__('Show more')}
          </button>
        )}
      </fieldset>
      {mayType && (
        <TextField
          label={trans.__('Others')}
          value={typed}
          onChange={setTyped}
          hint={trans.__('scope:name, one a line')}
          lines={3}
        />
      )}
    </CareForm>
  );
}
