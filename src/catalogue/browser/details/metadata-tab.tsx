import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { TranslationBundle } from '@jupyterlab/translation';
import { EmptyView } from '../../../common/browser/empty-view.js';
import { ProblemView } from '../../../common/browser/problem-view.js';
import { Skeleton } from '../../../common/browser/skeleton.js';
import { useTrans } from '../../../common/browser/trans.js';
import { toProblem } from '../../../common/contract/problem.js';
import type { DidDetails } from '../../contract.js';
import { useCatalogue } from '../context.js';
import { didQuery } from '../did-queries.js';
import { FilterBox } from '../filter-box.js';
import type { IDidArgs } from '../tokens.js';

/** A value of metadata as people read it. */
export function metadataText(
  value: DidDetails['metadata'][string],
  trans: TranslationBundle
): string {
  if (typeof value === 'boolean') {
    return value ? trans.__('yes') : trans.__('no');
  }
  return value === null ? '–' : String(value);
}

/** All metadata of a DID. */
export function MetadataTab(did: IDidArgs) {
  const trans = useTrans();
  const { lake } = useCatalogue();
  const details = useQuery(didQuery(lake, did));
  const [filter, setFilter] = useState('');
  if (details.data === undefined) {
    return details.isError ? (
      <ProblemView problem={toProblem(details.error)} onRetry={() => void details.refetch()} />
    ) : (
      <Skeleton rows={6} />
    );
  }
  const all = Object.entries(details.data.metadata)
    .map(([name, value]) => [name, metadataText(value, trans)] as const)
    .sort(([a], [b]) => a.localeCompare(b));
  if (all.length === 0) {
    return <EmptyView title={trans.__('Nobody has set metadata on this DID.')} />;
  }
  const wanted = filter.trim().toLocaleLowerCase();
  const shown = all.filter(line => line.some(text => text.toLocaleLowerCase().includes(wanted)));
  return (
    <>
      {all.length > 8 && (
        <FilterBox
          label={trans.__('Filter the metadata')}
          placeholder={trans._n('Filter %1 entry', 'Filter %1 entries', all.length)}
          value={filter}
          onChange={setFilter}
        />
      )}
      {shown.length === 0 && <EmptyView title={trans.__('Nothing holds “%1”.', filter.trim())} />}
      <table className="jp-DataLakeTable" hidden={shown.length === 0}>
        <thead>
          <tr>
            <th scope="col">{trans.__('Name')}</th>
            <th scope="col">{trans.__('Value')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(([name, text]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
