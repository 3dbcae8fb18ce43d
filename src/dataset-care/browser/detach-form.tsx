import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { IDidArgs } from '../../catalogue/browser/tokens.js';
import { listContent } from '../../catalogue/contract.js';
import { call, stream } from '../../common/browser/client.js';
import { formatCount } from '../../common/browser/counts.js';
import { problemOf, ProblemView } from '../../common/browser/problem-view.js';
import { Skeleton } from '../../common/browser/skeleton.js';
import { useTrans } from '../../common/browser/trans.js';
import { formatDid } from '../../common/contract/did.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import { detachMembers } from '../contract.js';
import { MembersForm } from './members-form.js';

/** So many are shown, and so many more at each wish. */
const PAGE = 1000;

interface IDetachFormProps {
  lake: ILake;
  did: IDidArgs;
  onDone: (members: string[] | null) => void;
}

/** What is in it, to be ticked; of a very large one the first, more when they are wanted, and any by name. */
export function DetachForm({ lake, did, onDone }: IDetachFormProps) {
  const trans = useTrans();
  const { instance } = did;
  const [most, setMost] = useState(PAGE);
  const content = useQuery({
    queryKey: ['dataset-care', 'content', instance ?? null, did.did, most],
    queryFn: async ({ signal }) => {
      const dids: string[] = [];
      const batches = stream(lake.settings, listContent, { instance, did: did.did }, signal);
      for await (const rows of batches) {
        dids.push(...rows.map(formatDid));
        if (dids.length > most) {
          break;
        }
      }
      return { dids: dids.slice(0, most), isAll: dids.length <= most };
    },
    placeholderData: keepPreviousData,
    staleTime: 0
  });
  if (content.error !== null) {
    return (
      <ProblemView problem={problemOf(content.error)} onRetry={() => void content.refetch()} />
    );
  }
  if (content.data === undefined) {
    return <Skeleton rows={5} />;
  }
  const { dids, isAll } = content.data;
  return (
    <MembersForm
      offered={dids}
      legend={
        isAll
          ? trans.__('What is in it')
          : trans.__('The first %1 of what is in it', formatCount(dids.length))
      }
      onMore={isAll ? undefined : () => setMost(dids.length + PAGE)}
      isReading={content.isPlaceholderData}
      none={trans.__('There is nothing in it.')}
      mayType={!isAll}
      accept={trans.__('Detach')}
      onDone={onDone}
      run={members => call(lake.settings, detachMembers, { instance, did: did.did, members })}
    />
  );
}
