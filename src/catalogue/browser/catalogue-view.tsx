import { searchIcon } from '@jupyterlab/ui-components';
import { useRef, type KeyboardEvent } from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';
import { EmptyView } from '../../common/browser/empty-view.js';
import { useTrans } from '../../common/browser/trans.js';
import { useModel } from '../../common/browser/use-signal.js';
import type { CatalogueModel } from './catalogue-model.js';
import { Filters } from './filters.js';
import { HomeView } from './home-view.js';
import { ResultsView } from './results-view.js';
import { SearchBox } from './search-box.js';
import type { Mistake } from './search-text.js';

function mistakeSentence(mistake: Mistake, trans: TranslationBundle): string {
  switch (mistake) {
    case 'colons':
      return trans.__('There is more than one colon: write scope:pattern.');
    case 'scope':
      return trans.__('A scope has only letters, digits, dots, hyphens and underscores.');
    case 'characters':
      return trans.__(
        'A name has no quotes, no ? or %, no < > and no backslash; * stands for any text.'
      );
    case 'too-long':
      return trans.__('This text is longer than any name in the data lake.');
  }
}

interface ICatalogueViewProps {
  model: CatalogueModel;
}

/** The body of the Catalogue section. */
export function CatalogueView({ model }: ICatalogueViewProps) {
  useModel(model);
  const trans = useTrans();
  const root = useRef<HTMLDivElement>(null);
  const { search } = model;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() === 'f' && (event.ctrlKey || event.metaKey) && !event.altKey) {
      event.preventDefault();
      event.stopPropagation();
      const filter = root.current?.querySelector<HTMLElement>('[data-filter], [role="combobox"]');
      const box = root.current?.querySelector<HTMLInputElement>('input[data-filter]') ?? filter;
      box?.focus();
    }
  };
  return (
    <div ref={root} className="jp-DataLakeCatalogue" onKeyDown={onKeyDown}>
      <SearchBox model={model} />
      <Filters model={model} />
      <div className="jp-DataLakeCatalogue-content">
        {search.kind === 'home' && <HomeView model={model} />}
        {search.kind === 'search' && <ResultsView model={model} />}
        {search.kind === 'mistake' && (
          <EmptyView icon={searchIcon} title={mistakeSentence(search.mistake, trans)} />
        )}
      </div>
    </div>
  );
}
