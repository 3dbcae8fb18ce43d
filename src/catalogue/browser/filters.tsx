import { HTMLSelect } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import { useTrans } from '../../common/browser/trans.js';
import { useModel } from '../../common/browser/use-signal.js';
import { SEARCH_TYPES, type SearchType } from '../contract.js';
import type { CatalogueModel } from './catalogue-model.js';
import { WHERES, type Where } from './settings.js';

/** The types as people choose them. */
export function searchTypeWord(type: SearchType, trans: TranslationBundle): string {
  switch (type) {
    case 'all':
      return trans.__('All types');
    case 'collection':
      return trans.__('Collections');
    case 'dataset':
      return trans.__('Datasets');
    case 'container':
      return trans.__('Containers');
    case 'file':
      return trans.__('Files');
  }
}

export function whereWord(where: Where, trans: TranslationBundle): string {
  return where === 'own' ? trans.__('My scopes') : trans.__('All scopes');
}

interface IFiltersProps {
  model: CatalogueModel;
}

/** Beside the box: which types, and where a pattern without a scope is looked for. */
export function Filters({ model }: IFiltersProps) {
  useModel(model);
  const trans = useTrans();
  return (
    <div className="jp-DataLakeFilters">
      <HTMLSelect
        className="jp-DataLakeFilters-select"
        aria-label={trans.__('Type')}
        value={model.type}
        onChange={event => model.setType(event.target.value as SearchType)}
        options={SEARCH_TYPES.map(value => ({ value, label: searchTypeWord(value, trans) }))}
      />
      <HTMLSelect
        className="jp-DataLakeFilters-select"
        aria-label={trans.__('Where a pattern without a scope is searched')}
        value={model.where}
        onChange={event => model.setWhere(event.target.value as Where)}
        options={WHERES.map(value => ({ value, label: whereWord(value, trans) }))}
      />
    </div>
  );
}
