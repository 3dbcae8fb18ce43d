import { FilterBox } from './filter-box.js';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { EmptyView } from '../../common/browser/empty-view.js';
import { lakeIcon } from '../../common/browser/icons.js';
import { ProblemView } from '../../common/browser/problem-view.js';
import { Skeleton } from '../../common/browser/skeleton.js';
import { useTrans } from '../../common/browser/trans.js';
import { useModel } from '../../common/browser/use-signal.js';
import { toProblem } from '../../common/contract/problem.js';
import type { CatalogueModel } from './catalogue-model.js';
import { useCatalogue } from './context.js';
import { RecentSearches } from './recent-searches.js';
import { scopesQuery, type Scopes } from './scopes-query.js';
import { TreeView } from './tree-view.js';

interface IHomeViewProps {
  model: CatalogueModel;
}

/** What stands below an empty box: recent searches, then the scopes. */
export function HomeView({ model }: IHomeViewProps) {
  const trans = useTrans();
  const { lake, instance } = useCatalogue();
  const scopes = useQuery(scopesQuery(lake, instance));
  if (scopes.isError) {
    return <ProblemView problem={toProblem(scopes.error)} onRetry={() => void scopes.refetch()} />;
  }
  if (scopes.data === undefined) {
    return <Skeleton rows={6} />;
  }
  if (scopes.data.scopes.length === 0) {
    return (
      <EmptyView icon={lakeIcon} title={trans.__('This data lake has no scopes yet.')}>
        {trans.__('Scopes are made by the administrators of Rucio.')}
      </EmptyView>
    );
  }
  return <Scopes model={model} scopes={scopes.data} />;
}

function Scopes({ model, scopes }: IHomeViewProps & { scopes: Scopes }) {
  useModel(model);
  const trans = useTrans();
  const [filter, setFilter] = useState('');
  const { type, homeVersion } = model;
  const tree = useMemo(
    () => model.home(scopes, filter),
    // The type and the version are read inside.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [model, scopes, filter, type, homeVersion]
  );
  useEffect(() => () => tree.dispose(), [tree]);
  return (
    <>
      <RecentSearches model={model} />
      <FilterBox
        label={trans.__('Filter the scopes')}
        placeholder={trans._n('Filter %1 scope', 'Filter %1 scopes', scopes.scopes.length)}
        value={filter}
        onChange={setFilter}
      />
      {tree.size === 0 ? (
        <EmptyView title={trans.__('No scope holds “%1”.', filter.trim())} />
      ) : (
        <TreeView
          tree={tree}
          label={trans.__('Scopes')}
          onEverything={({ branch }) => model.showFiles(tree, branch)}
        />
      )}
    </>
  );
}
