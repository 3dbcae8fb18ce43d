import { useTrans } from '../../common/browser/trans.js';

interface IStatusLineProps {
  text: string;
  title?: string | undefined;
  onStop?: () => void;
  /** Searches again what was stopped. */
  onGoOn?: () => void;
}

/** Above the rows: what is searched and how far it is. Always there, so that the rows do not jump. */
export function StatusLine({ text, title, onStop, onGoOn }: IStatusLineProps) {
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
      {onGoOn && (
        <button type="button" className="jp-DataLakeLink" onClick={onGoOn}>
          {trans.__('Search again')}
        </button>
      )}
    </div>
  );
}
