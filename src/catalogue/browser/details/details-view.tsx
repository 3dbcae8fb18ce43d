import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { useTrans } from '../../../common/browser/trans.js';
import { useModel } from '../../../common/browser/use-signal.js';
import type { DetailsTabs } from '../details-tabs.js';
import type { IDetailsTab, IDidArgs } from '../tokens.js';
import { DetailsHeader } from './details-header.js';
import { GoToTab } from './go-to-tab.js';

interface IDetailsViewProps {
  did: IDidArgs;
  tabs: DetailsTabs;
}

/** A DID's name and actions, then its tabs. Only the chosen tab is there, and asks. */
export function DetailsView({ did, tabs }: IDetailsViewProps) {
  useModel(tabs);
  const [wanted, setWanted] = useState('overview');
  const shown = tabs.all.filter(({ isFor }) => isFor === undefined || isFor(did));
  const chosen = shown.find(({ id }) => id === wanted) ?? shown.at(0);
  const baseId = useId();
  return (
    <div className="jp-DataLakeDetails-page">
      <DetailsHeader did={did} />
      {chosen !== undefined && (
        <>
          <TabBar baseId={baseId} tabs={shown} chosen={chosen} onChoose={setWanted} />
          <div
            id={`${baseId}-panel`}
            role="tabpanel"
            className="jp-DataLakeDetails-panel"
            aria-labelledby={`${baseId}-${chosen.id}`}
            tabIndex={0}
          >
            <GoToTab.Provider value={setWanted}>
              <chosen.Body key={chosen.id} {...did} />
            </GoToTab.Provider>
          </div>
        </>
      )}
    </div>
  );
}

interface ITabBarProps {
  baseId: string;
  tabs: readonly IDetailsTab[];
  chosen: IDetailsTab;
  onChoose: (id: string) => void;
}

function TabBar({ baseId, tabs, chosen, onChoose }: ITabBarProps) {
  const trans = useTrans();
  const bar = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.indexOf(chosen);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    const tab = to === undefined ? undefined : tabs.at(to % tabs.length);
    if (tab !== undefined) {
      event.preventDefault();
      onChoose(tab.id);
      bar.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(tab.id)}"]`)?.focus();
    }
  };
  return (
    <div
      ref={bar}
      role="tablist"
      className="jp-DataLakeDetails-tabs"
      aria-label={trans.__('Details')}
      onKeyDown={onKeyDown}
    >
      {tabs.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`${baseId}-${id}`}
          data-tab={id}
          className={`jp-DataLakeDetails-tab${id === chosen.id ? ' jp-mod-current' : ''}`}
          aria-selected={id === chosen.id}
          aria-controls={`${baseId}-panel`}
          tabIndex={id === chosen.id ? 0 : -1}
          onClick={() => onChoose(id)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
