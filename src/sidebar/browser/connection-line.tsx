import { offlineBoltIcon } from '@jupyterlab/ui-components';
import { useTrans } from '../../common/browser/trans.js';
import { useSignal } from '../../common/browser/use-signal.js';
import type { ILakeEvents } from './tokens.js';

interface IConnectionLineProps {
  events: ILakeEvents;
}

/** Says that no news arrive at present, for as long as it is so. */
export function ConnectionLine({ events }: IConnectionLineProps) {
  const trans = useTrans();
  const state = useSignal(events.stateChanged, () => events.state);
  return (
    <div role="status">
      {state === 'lost' && (
        <div className="jp-DataLakeConnection">
          <offlineBoltIcon.react tag="span" width="16px" height="16px" aria-hidden="true" />
          <span className="jp-DataLakeConnection-text">
            {trans.__('No connection to the server: what you see may be old.')}
          </span>
          <button type="button" className="jp-DataLakeLink" onClick={() => events.reconnect?.()}>
            {trans.__('Try now')}
          </button>
        </div>
      )}
    </div>
  );
}
