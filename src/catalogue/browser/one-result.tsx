import { searchIcon } from '@jupyterlab/ui-components';
import { formatCount } from '../../common/browser/counts.js';
import { EmptyView } from '../../common/browser/empty-view.js';
import { ProblemView } from '../../common/browser/problem-view.js';
import { Skeleton } from '../../common/browser/skeleton.js';
import { useTrans } from '../../common/browser/trans.js';
import { useModel } from '../../common/browser/use-signal.js';
import type { CatalogueModel } from './catalogue-model.js';
import { Suggestions } from './search-suggestions.js';
import { isPaused, StatusLine } from './status-line.js';
import type { TreeModel } from './tree-model.js';
import { TreeView } from './tree-view.js';

interface IOneResultProps {
  model: CatalogueModel;
  scope: string;
  tree: TreeModel;
}

/** What was found in one scope. */
export function OneResult({ model, scope, tree }: IOneResultProps) {
  useModel(tree);
  const trans = useTrans();
  const { loading, items } = tree.root;
  const pattern = model.search.kind === 'search' ? model.search.pattern : '';
  const what = `${scope}:${pattern}`;
  if (items.length === 0 && loading?.state === 'loading') {
    return (
      <>
        <StatusLine text={trans.__('Searching %1', what)} onStop={() => tree.root.stop()} />
        <Skeleton rows={6} />
      </>
    );
  }
  if (items.length === 0 && loading?.state === 'failed' && loading.problem !== null) {
    return <ProblemView problem={loading.problem} onRetry={() => tree.loadRest(tree.root)} />;
  }
  if (items.length === 0 && loading?.state === 'complete') {
    return (
      <EmptyView icon={searchIcon} title={trans.__('Nothing matches %1.', what)}>
        <Suggestions model={model} />
      </EmptyView>
    );
  }
  const many = formatCount(items.length);
  const text =
    loading?.state === 'complete'
      ? trans._n('%2 DID matches %3', '%2 DIDs match %3', items.length, many, what)
      : trans._n('%2 DID so far of %3', '%2 DIDs so far of %3', items.length, many, what);
  return (
    <>
      <StatusLine
        text={text}
        onRest={isPaused(loading) ? () => tree.loadRest(tree.root) : undefined}
        {...(loading?.state === 'loading' ? { onStop: () => tree.root.stop() } : {})}
      />
      <TreeView tree={tree} label={trans.__('Results in %1', scope)} />
    </>
  );
}
