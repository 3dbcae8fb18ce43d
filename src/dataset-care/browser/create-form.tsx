import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listScopes } from '../../catalogue/contract.js';
import { call } from '../../common/browser/client.js';
import { ComboBox } from '../../common/browser/combo-box.js';
import { Field, TextField } from '../../common/browser/field.js';
import { MetadataRows, type IMetadataRow } from '../../common/browser/metadata-rows.js';
import { useTrans } from '../../common/browser/trans.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import { createCollection, type CollectionType } from '../contract.js';
import { CareForm } from './care-form.js';
import { didComplaint } from './did-complaint.js';

export interface ICreated {
  did: string;
  type: CollectionType;
}

interface ICreateFormProps {
  lake: ILake;
  instance: string | undefined;
  /** What is proposed. */
  scope: string | undefined;
  onDone: (created: ICreated | null) => void;
}

/** A new dataset or container, with nothing in it. */
export function CreateForm({ lake, instance, scope: proposed, onDone }: ICreateFormProps) {
  const trans = useTrans();
  const { data } = useQuery({
    queryKey: ['catalogue', 'scopes', instance ?? null],
    queryFn: ({ signal }) => call(lake.settings, listScopes, { instance }, signal)
  });
  const own = data?.own ?? [];
  const [chosen, setScope] = useState(proposed);
  const [name, setName] = useState('');
  const [type, setType] = useState<CollectionType>('DATASET');
  const [metadata, setMetadata] = useState<readonly IMetadataRow[]>([]);
  const scope = chosen ?? own.at(0) ?? '';
  const did = `${scope.trim()}:${name.trim()}`;
  const complaint = name.trim() === '' ? trans.__('Type a name.') : didComplaint(did);
  return (
    <CareForm
      accept={trans.__('Create')}
      complaint={complaint}
      onDone={onDone}
      run={async () => {
        const filled = metadata.filter(({ key }) => key.trim() !== '');
        await call(lake.settings, createCollection, {
          instance,
          did,
          type,
          metadata: Object.fromEntries(filled.map(({ key, value }) => [key.trim(), value]))
        });
        return { did, type };
      }}
    >
      <Field label={trans.__('Type')}>
        {({ id }) => (
          <select
            id={id}
            className="jp-DataLakeField-input"
            value={type}
            onChange={({ target }) =>
              setType(target.value === 'CONTAINER' ? 'CONTAINER' : 'DATASET')
            }
          >
            <option value="DATASET">{trans.__('Dataset: holds files')}</option>
            <option value="CONTAINER">
              {trans.__('Container: holds datasets and containers')}
            </option>
          </select>
        )}
      </Field>
      <Field label={trans.__('Scope')}>
        {({ id }) => (
          <ComboBox
            id={id}
            label={trans.__('Your scopes')}
            value={scope}
            onChange={setScope}
            options={own.map(text => ({ text }))}
          />
        )}
      </Field>
      <TextField label={trans.__('Name')} value={name} onChange={setName} />
      <MetadataRows
        legend={trans.__('Metadata')}
        rows={metadata}
        onChange={setMetadata}
        complaint={undefined}
      />
    </CareForm>
  );
}
