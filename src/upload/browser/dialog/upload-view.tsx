import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyView } from '../../../common/browser/empty-view.js';
import { problemOf, ProblemView } from '../../../common/browser/problem-view.js';
import { sessionQuery } from '../../../common/browser/session.js';
import { Skeleton } from '../../../common/browser/skeleton.js';
import { useTrans } from '../../../common/browser/trans.js';
import type { Job } from '../../contract.js';
import type { IOrigin, ISource } from '../form.js';
import { defaultsQuery, destinationsQuery } from '../queries.js';
import { useUploads } from '../services.js';
import { UploadEditor } from './upload-editor.js';

export interface IUploadViewProps {
  sources: readonly ISource[];
  /** Where the files come from, for uploads to this instance. */
  originOf: (instance: string) => IOrigin;
  /** Left out: the first. */
  instance?: string | undefined;
  onDone: (job: Job | null) => void;
}

/** What stands in the dialog: what is uploaded, to which lake where there are several, and the form. */
export function UploadView({ sources, originOf, instance, onDone }: IUploadViewProps) {
  const trans = useTrans();
  const { lake, last } = useUploads();
  const [chosen, setChosen] = useState(instance);
  const session = useQuery(sessionQuery(lake.settings));
  const signIns = session.data?.signIns ?? [];
  const on = chosen ?? signIns[0]?.instance;
  const defaults = useQuery(defaultsQuery(lake, on));
  const before = useQuery({
    queryKey: ['upload-last', on ?? null],
    queryFn: () => last.of(on ?? ''),
    enabled: on !== undefined,
    staleTime: 0,
    gcTime: 0
  });
  // Where nobody has said where to: the first that may be written to.
  const needsPlace = defaults.data?.rseExpression === '' && before.data === null;
  const places = useQuery({ ...destinationsQuery(lake, on ?? ''), enabled: needsPlace });
  const place = places.data?.destinations.find(({ mayWrite }) => mayWrite === true)?.rse ?? '';
  const problem = session.error ?? defaults.error;
  const isReady =
    defaults.data !== undefined && before.data !== undefined && (!needsPlace || !places.isLoading);
  return (
    <div className="jp-DataLakeUpload">
      <div className="jp-DataLakeUpload-what">
        <span className="jp-DataLakeUpload-sources">{sourcesText(sources, trans)}</span>
        {signIns.length > 1 && (
          <label>
            {trans.__('Data lake')}{' '}
            <select
              className="jp-DataLakeField-input"
              value={on}
              onChange={({ target }) => setChosen(target.value)}
            >
              {signIns.map(signIn => (
                <option key={signIn.instance} value={signIn.instance}>
                  {signIn.displayName}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {problem !== null ? (
        <ProblemView
          problem={problemOf(problem)}
          onRetry={() => void (session.isError ? session : defaults).refetch()}
        />
      ) : on !== undefined && isReady ? (
        <UploadEditor
          key={on}
          instance={on}
          defaults={needsPlace ? { ...defaults.data, rseExpression: place } : defaults.data}
          last={before.data}
          sources={sources}
          origin={originOf(on)}
          onDone={onDone}
        />
      ) : session.data !== undefined && signIns.length === 0 ? (
        <EmptyView title={trans.__('No data lake is configured on this server.')} />
      ) : (
        <Skeleton rows={8} />
      )}
    </div>
  );
}

const MOST_NAMED = 3;

function sourcesText(sources: readonly ISource[], trans: ReturnType<typeof useTrans>): string {
  const names = sources.map(({ path, isFolder }) => {
    const shown = path === '' || path === '.' ? trans.__('the whole folder') : path;
    return isFolder ? `${shown}/` : shown;
  });
  const rest = names.length - MOST_NAMED;
  return rest > 0
    ? trans._n('%2 and %1 more', '%2 and %1 more', rest, names.slice(0, MOST_NAMED).join(', '))
    : names.join(', ');
}
