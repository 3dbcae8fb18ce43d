import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { IDidArgs } from '../../catalogue/browser/tokens.js';
import { getDid, type DidDetails } from '../../catalogue/contract.js';
import { call } from '../../common/browser/client.js';
import { MetadataRows, type IMetadataRow } from '../../common/browser/metadata-rows.js';
import { problemOf, ProblemView } from '../../common/browser/problem-view.js';
import { Skeleton } from '../../common/browser/skeleton.js';
import { useTrans } from '../../common/browser/trans.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import { setMetadata } from '../contract.js';
import { CareForm } from './care-form.js';

interface IMetadataFormProps {
  lake: ILake;
  did: IDidArgs;
  onDone: (changed: true | null) => void;
}

/** What is set now, to be changed, added to and taken away. */
export function MetadataForm({ lake, did, onDone }: IMetadataFormProps) {
  const { instance } = did;
  const details = useQuery({
    queryKey: ['dataset-care', 'metadata', instance ?? null, did.did],
    queryFn: ({ signal }) => call(lake.settings, getDid, { instance, did: did.did }, signal),
    staleTime: 0,
    gcTime: 0
  });
  if (details.error !== null) {
    return (
      <ProblemView problem={problemOf(details.error)} onRetry={() => void details.refetch()} />
    );
  }
  return details.data === undefined ? (
    <Skeleton rows={4} />
  ) : (
    <MetadataEditor lake={lake} did={did} before={details.data.metadata} onDone={onDone} />
  );
}

function textOf(value: DidDetails['metadata'][string]): string {
  return value === null ? '' : String(value);
}

function MetadataEditor({
  lake,
  did,
  before,
  onDone
}: IMetadataFormProps & { before: DidDetails['metadata'] }) {
  const trans = useTrans();
  const known = Object.entries(before).filter(([, value]) => value !== null);
  const [rows, setRows] = useState<readonly IMetadataRow[]>(() =>
    known.map(([key, value]) => ({ key, value: textOf(value) }))
  );
  const filled = rows
    .map(({ key, value }) => [key.trim(), value] as const)
    .filter(([key]) => key !== '');
  const keys = new Set(filled.map(([key]) => key));
  const changes: Record<string, string | null> = Object.fromEntries([
    ...filled.filter(([key, value]) => !(key in before) || textOf(before[key]) !== value),
    ...known.filter(([key]) => !keys.has(key)).map(([key]) => [key, null] as const)
  ]);
  const complaint =
    keys.size < filled.length
      ? trans.__('A key stands there twice.')
      : Object.keys(changes).length === 0
        ? trans.__('Nothing is changed yet.')
        : null;
  return (
    <CareForm
      accept={trans.__('Set metadata')}
      complaint={complaint}
      onDone={onDone}
      run={async () => {
        await call(lake.settings, setMetadata, {
          instance: did.instance,
          did: did.did,
          metadata: changes
        });
        return true as const;
      }}
    >
      <MetadataRows
        legend={trans.__('Metadata of %1', did.did)}
        rows={rows}
        onChange={setRows}
        complaint={undefined}
      />
    </CareForm>
  );
}
