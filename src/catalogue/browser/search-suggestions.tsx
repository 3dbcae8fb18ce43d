import { useTrans } from '../../common/browser/trans.js';
import type { CatalogueModel } from './catalogue-model.js';

interface ISuggestionsProps {
  model: CatalogueModel;
}

/** What to try when nothing was found: each a click away. */
export function Suggestions({ model }: ISuggestionsProps) {
  const trans = useTrans();
  const { search, type, where } = model;
  if (search.kind !== 'search') {
    return null;
  }
  const { scope, pattern } = search;
  const wider = `*${pattern}*`.replace(/\*+/g, '*');
  const tries: { label: string; run: () => void }[] = [];
  if (type !== 'all') {
    tries.push({ label: trans.__('Search all types'), run: () => model.setType('all') });
  }
  if (wider !== pattern) {
    const text = scope === null ? wider : `${scope}:${wider}`;
    tries.push({ label: trans.__('Search %1', text), run: () => model.run(text) });
  }
  if (scope !== null || where === 'own') {
    tries.push({
      label: trans.__('Search in all scopes'),
      run: () => {
        model.setWhere('all');
        model.run(wider);
      }
    });
  }
  tries.push({ label: trans.__('Browse the scopes'), run: () => model.run('') });
  return (
    <div className="jp-DataLakeEmpty-actions">
      {tries.map(({ label, run }) => (
        <button key={label} type="button" className="jp-DataLakeButton" onClick={run}>
          {label}
        </button>
      ))}
    </div>
  );
}
