import { useTrans } from '../../common/browser/trans.js';
import type { LoadState } from './loading.js';

interface IStatusLineProps {
  text: string;
  title?: string | undefined;
  onStop?: () => void;
  /** Goes on where loading has paused: the last line of a long list, which says it too, is far away. */
  onRest?: (() => void) | undefined;
  /** Searches again what was stopped. */
  onGoOn?: () => void;
}

/** Above the rows: what is searched and how far it is. Always there, so that the rows do not jump. */
export function StatusLine({ text, title, onStop, onRest, onGoOn }: IStatusLineProps) {
  const trans = useTrans();
  return (
    <div className="jp-DataLakeStatusLine">
      <span className="jp-DataLakeStatusLine-text" role="status" title={title ?? text}>
        {text}
      </span>
      {onStop && (
        <button type="button" className="jp-DataLakeLink" onClick={onStop}>
          {trans.__('Stop')}
        </button>
      )}
      {onRest && (
        <button type="button" className="jp-DataLakeLink" onClick={onRest}>
          {trans.__('Load the rest')}
        </button>
      )}
      {onGoOn && (
        <button type="button" className="jp-DataLakeLink" onClick={onGoOn}>
          {trans.__('Search again')}
        </button>
      )}
    </div>
  );
}

/** There is more, and a person may want it. */
export const isPaused = (loading: { state: LoadState } | null): boolean =>
  loading?.state === 'limited' || loading?.state === 'stopped';
