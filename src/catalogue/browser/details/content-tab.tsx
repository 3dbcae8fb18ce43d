import { useEffect, useMemo } from 'react';
import { formatCount } from '../../../common/browser/counts.js';
import { useTrans } from '../../../common/browser/trans.js';
import { useModel } from '../../../common/browser/use-signal.js';
import { useCatalogue } from '../context.js';
import { contentLoader } from '../loaders.js';
import { isPaused, StatusLine } from '../status-line.js';
import { TreeModel } from '../tree-model.js';
import { TreeView } from '../tree-view.js';
import type { IDidArgs } from '../tokens.js';

/** What is directly in a dataset or container, and in those that it holds. */
export function ContentTab({ did, instance }: IDidArgs) {
  const { lake, settings } = useCatalogue();
  const limit = settings.values.rowLimit;
  const tree = useMemo(() => {
    const inside = (name: string) => contentLoader(lake, instance, name);
    return new TreeModel(inside(did), { scopeLoader: inside, contentLoader: inside, limit });
  }, [lake, instance, did, limit]);
  useEffect(() => () => tree.dispose(), [tree]);
  return <Content tree={tree} did={did} />;
}

function Content({ tree, did }: { tree: TreeModel; did: string }) {
  useModel(tree);
  const trans = useTrans();
  const { items, loading } = tree.root;
  const many = formatCount(items.length);
  const text =
    loading?.state === 'complete'
      ? trans._n('%2 DID', '%2 DIDs', items.length, many)
      : trans._n('%2 DID so far', '%2 DIDs so far', items.length, many);
  return (
    <div className="jp-DataLakeContent">
      <StatusLine
        text={text}
        onRest={isPaused(loading) ? () => tree.loadRest(tree.root) : undefined}
        {...(loading?.state === 'loading' ? { onStop: () => tree.root.stop() } : {})}
      />
      <TreeView tree={tree} label={trans.__('Content of %1', did)} />
    </div>
  );
}
