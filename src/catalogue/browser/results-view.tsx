import { searchIcon } from '@jupyterlab/ui-components';
import { EmptyView } from '../../common/browser/empty-view.js';
import { ProblemView } from '../../common/browser/problem-view.js';
import { Skeleton } from '../../common/browser/skeleton.js';
import { useTrans } from '../../common/browser/trans.js';
import { useModel } from '../../common/browser/use-signal.js';
import type { CatalogueModel } from './catalogue-model.js';
import { ManyResults } from './many-results.js';
import { OneResult } from './one-result.js';
import { Suggestions } from './search-suggestions.js';

interface IResultsViewProps {
  model: CatalogueModel;
}

/** What a search has come to. */
export function ResultsView({ model }: IResultsViewProps) {
  useModel(model);
  const trans = useTrans();
  const { results } = model;
  switch (results?.kind) {
    case 'failed':
      return <ProblemView problem={results.problem} onRetry={() => model.refresh()} />;
    case 'no-scope':
      return (
        <EmptyView icon={searchIcon} title={trans.__('There is no scope to search in.')}>
          <Suggestions model={model} />
        </EmptyView>
      );
    case 'one':
      return <OneResult key={model.text} model={model} scope={results.scope} tree={results.tree} />;
    case 'many':
      return <ManyResults model={model} search={results.search} />;
    default:
      return <Skeleton rows={6} />;
  }
}
