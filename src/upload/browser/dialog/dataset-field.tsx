import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { formatDid } from '../../../common/contract/did.js';
import { toProblem } from '../../../common/contract/problem.js';
import { formatCount } from '../../../common/browser/counts.js';
import { problemSentence } from '../../../common/browser/problem-sentences.js';
import { useTrans } from '../../../common/browser/trans.js';
import { datasetQuery, datasetsQuery } from '../queries.js';
import { useUploads } from '../services.js';
import { ComboBox } from '../../../common/browser/combo-box.js';
import { Field } from '../../../common/browser/field.js';
import { useSettled } from '../../../common/browser/use-settled.js';

interface IDatasetFieldProps {
  instance: string;
  /** What is proposed when it is switched on. */
  proposal: string;
  value: string | null;
  onChange: (value: string | null) => void;
  complaint: string | undefined;
}

/** The dataset that the files are attached to, a new one or one that there is. */
export function DatasetField(props: IDatasetFieldProps) {
  const { instance, proposal, value, onChange, complaint } = props;
  const trans = useTrans();
  const switchId = useId();
  const { lake } = useUploads();
  const settled = useSettled(value ?? '');
  const found = useQuery(datasetsQuery(lake, instance, settled));
  const says = useDatasetHint(instance, value === null || complaint !== undefined ? null : settled);
  return (
    <>
      <div className="jp-DataLakeField jp-mod-switch">
        <input
          id={switchId}
          type="checkbox"
          checked={value !== null}
          onChange={({ target }) => onChange(target.checked ? proposal : null)}
        />
        <label htmlFor={switchId}>{trans.__('Put the files into a dataset')}</label>
      </div>
      {value !== null && (
        <Field label={trans.__('Dataset')} complaint={complaint} hint={says}>
          {({ id, describedBy, invalid }) => (
            <ComboBox
              id={id}
              describedBy={describedBy}
              invalid={invalid}
              label={trans.__('Datasets that there are')}
              placeholder={trans.__('scope:name')}
              value={value}
              onChange={onChange}
              options={(found.data ?? []).map(row => ({
                text: formatDid(row),
                ...(row.length === null
                  ? {}
                  : { hint: trans._n('%2 file', '%2 files', row.length, formatCount(row.length)) })
              }))}
            />
          )}
        </Field>
      )}
    </>
  );
}

/** Whether there is such a dataset already. */
function useDatasetHint(instance: string, did: string | null): string {
  const trans = useTrans();
  const { lake } = useUploads();
  const { data, error } = useQuery(datasetQuery(lake, instance, did === '' ? null : did));
  if (did === null || did === '') {
    return '';
  }
  if (error !== null) {
    const problem = toProblem(error);
    return problem.code === 'not-found'
      ? trans.__('A new dataset.')
      : problemSentence(problem, trans);
  }
  if (data === undefined) {
    return trans.__('Looking whether it is there …');
  }
  if (data.type !== 'DATASET') {
    return trans.__('There is a DID of this name that is no dataset: choose another name.');
  }
  if (data.open === false) {
    return trans.__('This dataset is closed: open it first, or choose another name.');
  }
  return data.length === null
    ? trans.__('It is there already: the files are added to it.')
    : trans._n(
        'It is there already, with %2 file: these are added.',
        'It is there already, with %2 files: these are added.',
        data.length,
        formatCount(data.length)
      );
}
