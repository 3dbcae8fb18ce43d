import { searchIcon } from '@jupyterlab/ui-components';
import { formatCount } from '../../common/browser/counts.js';
import { EmptyView } from '../../common/browser/empty-view.js';
import { Skeleton } from '../../common/browser/skeleton.js';
import { useTrans } from '../../common/browser/trans.js';
import { useModel } from '../../common/browser/use-signal.js';
import type { CatalogueModel } from './catalogue-model.js';
import type { ScopeSearch } from './scope-search.js';
import { Suggestions } from './search-suggestions.js';
import { StatusLine } from './status-line.js';
import { TreeView } from './tree-view.js';

interface IManyResultsProps {
  model: CatalogueModel;
  search: ScopeSearch;
}

/** What was found in several scopes, under the name of each. */
export function ManyResults({ model, search }: IManyResultsProps) {
  useModel(search);
  useModel(search.tree);
  const trans = useTrans();
  const { running, stopped, scopes, asked, found, nothingIn, tree } = search;
  const pattern = model.search.kind === 'search' ? model.search.pattern : '';
  const all = formatCount(scopes.length);
  const none = tree.root.items.length === 0;
  if (none && !running && !stopped) {
    const title = trans._n(
      'Nothing matches %2 in %3 scope.',
      'Nothing matches %2 in %3 scopes.',
      scopes.length,
      pattern,
      all
    );
    return (
      <EmptyView icon={searchIcon} title={title}>
        <p className="jp-DataLakeEmpty-list">{listed(scopes)}</p>
        <Suggestions model={model} />
      </EmptyView>
    );
  }
  const many = trans._n(
    '%2 DID matches %3',
    '%2 DIDs match %3',
    found,
    formatCount(found),
    pattern
  );
  let where = trans._n('in %2 scope', 'in %2 scopes', scopes.length, all);
  if (running) {
    where = trans.__('%1 of %2 scopes asked', formatCount(asked), all);
  } else if (stopped) {
    where = trans.__('stopped after %1 of %2 scopes', formatCount(asked), all);
  }
  const title = nothingIn.length > 0 ? trans.__('Nothing in: %1', listed(nothingIn)) : undefined;
  return (
    <>
      <StatusLine
        text={trans.__('%1 · %2', many, where)}
        title={title}
        {...(running ? { onStop: () => search.stop() } : {})}
        {...(stopped && !running ? { onGoOn: () => model.refresh() } : {})}
      />
      {none ? (
        running && <Skeleton rows={6} />
      ) : (
        <TreeView tree={tree} label={trans.__('Results')} />
      )}
    </>
  );
}

function listed(scopes: readonly string[]): string {
  const most = 20;
  return scopes.length > most
    ? `${scopes.slice(0, most).join(', ')} … (${formatCount(scopes.length)})`
    : scopes.join(', ');
}
