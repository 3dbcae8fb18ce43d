import { formatCount } from '../../common/browser/counts.js';
import { problemSentence } from '../../common/browser/problem-sentences.js';
import { useTrans } from '../../common/browser/trans.js';
import type { Branch } from './branch.js';

interface IFooterRowProps {
  id: string;
  branch: Branch;
  top: number;
  height: number;
  active: boolean;
  onActivate: () => void;
  onRest: () => void;
  onEverything: () => void;
}

/** What the line says, and what its button does. */
function useFooter({ branch, onRest, onEverything }: IFooterRowProps) {
  const trans = useTrans();
  const { loading, note } = branch;
  const n = branch.items.length;
  const many = formatCount(n);
  const stop = { label: trans.__('Stop'), run: () => branch.stop() };
  const rest = { label: trans.__('Load the rest'), run: onRest };
  const retry = { label: trans.__('Retry'), run: onRest };
  switch (loading?.state) {
    case 'loading':
      return n === 0
        ? { text: trans.__('Loading…'), waits: true, button: stop }
        : { text: trans._n('%2 row so far', '%2 rows so far', n, many), waits: true, button: stop };
    case 'limited':
    case 'stopped':
      return { text: trans._n('Stopped at %2 row', 'Stopped at %2 rows', n, many), button: rest };
    case 'failed':
      return {
        text:
          loading.problem === null ? trans.__('Failed.') : problemSentence(loading.problem, trans),
        failed: true,
        button: retry
      };
    default:
      if (note === 'only-collections') {
        return {
          text:
            n === 0
              ? trans.__('No datasets or containers.')
              : trans.__('Only datasets and containers.'),
          button: { label: trans.__('Show files too'), run: onEverything }
        };
      }
      return { text: trans.__('Nothing in here.'), button: null };
  }
}

/** The last line of a list: how loading stands, and how to go on. Nothing ends silently. */
export function FooterRow(props: IFooterRowProps) {
  const { id, branch, top, height, active, onActivate } = props;
  const { text, button, failed, waits } = { failed: false, waits: false, ...useFooter(props) };
  return (
    <div
      id={id}
      role="row"
      className={`jp-DataLakeRow jp-mod-footer${active ? ' jp-mod-active' : ''}${failed ? ' jp-mod-failed' : ''}`}
      aria-level={branch.level}
      aria-selected={active}
      style={{
        transform: `translateY(${top}px)`,
        height,
        paddingInlineStart: 24 + Math.min(branch.level - 1, 12) * 12
      }}
      onPointerDown={onActivate}
    >
      <span
        className={`jp-DataLakeRow-message${waits ? ' jp-mod-waits' : ''}`}
        role="gridcell"
        title={text}
      >
        {text}
      </span>
      {button !== null && (
        <span role="gridcell">
          <button
            type="button"
            className="jp-DataLakeLink"
            tabIndex={active ? 0 : -1}
            onClick={button.run}
          >
            {button.label}
          </button>
        </span>
      )}
    </div>
  );
}
