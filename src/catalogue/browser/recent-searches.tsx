import { historyIcon } from '@jupyterlab/ui-components';
import { useTrans } from '../../common/browser/trans.js';
import { useModel } from '../../common/browser/use-signal.js';
import type { CatalogueModel } from './catalogue-model.js';

const SHOWN = 3;

interface IRecentSearchesProps {
  model: CatalogueModel;
}

/** The last searches, each a click away. Takes no room before the first search. */
export function RecentSearches({ model }: IRecentSearchesProps) {
  const { searches } = useModel(model.history);
  const trans = useTrans();
  if (searches.length === 0) {
    return null;
  }
  return (
    <nav className="jp-DataLakeRecent" aria-label={trans.__('Recent searches')}>
      {searches.slice(0, SHOWN).map(search => (
        <button
          key={search}
          type="button"
          className="jp-DataLakeRecent-search"
          title={trans.__('Search again: %1', search)}
          onClick={() => model.run(search)}
        >
          <historyIcon.react tag="span" width="14px" height="14px" aria-hidden="true" />
          <span>{search}</span>
        </button>
      ))}
    </nav>
  );
}
