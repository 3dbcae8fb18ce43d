import { closeIcon } from '@jupyterlab/ui-components';
import { useId } from 'react';
import { useTrans } from './trans.js';

export interface IMetadataRow {
  key: string;
  value: string;
}

interface IMetadataRowsProps {
  rows: readonly IMetadataRow[];
  onChange: (rows: readonly IMetadataRow[]) => void;
  complaint: string | undefined;
  /** Says whose it is. */
  legend: string;
}

/** Key and value, a row each. */
export function MetadataRows({ rows, onChange, complaint, legend }: IMetadataRowsProps) {
  const trans = useTrans();
  const id = useId();
  const put = (index: number, change: Partial<IMetadataRow>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...change } : row)));
  return (
    <fieldset className="jp-DataLakeMetadataRows" aria-describedby={complaint && `${id}-says`}>
      <legend>{legend}</legend>
      {rows.map((row, index) => (
        <div key={index} className="jp-DataLakeMetadataRows-row">
          <input
            type="text"
            className="jp-DataLakeField-input"
            aria-label={trans.__('Key %1', index + 1)}
            placeholder={trans.__('key')}
            spellCheck={false}
            value={row.key}
            onChange={({ target }) => put(index, { key: target.value })}
          />
          <input
            type="text"
            className="jp-DataLakeField-input"
            aria-label={trans.__('Value %1', index + 1)}
            placeholder={trans.__('value')}
            value={row.value}
            onChange={({ target }) => put(index, { value: target.value })}
          />
          <button
            type="button"
            className="jp-DataLakeRow-action"
            title={trans.__('Remove')}
            aria-label={trans.__('Remove row %1', index + 1)}
            onClick={() => onChange(rows.filter((_, at) => at !== index))}
          >
            <closeIcon.react tag="span" width="14px" height="14px" aria-hidden="true" />
          </button>
        </div>
      ))}
      {complaint !== undefined && (
        <p id={`${id}-says`} className="jp-DataLakeField-says jp-mod-complaint">
          {complaint}
        </p>
      )}
      <button
        type="button"
        className="jp-DataLakeButton"
        onClick={() => onChange([...rows, { key: '', value: '' }])}
      >
        {trans.__('Add metadata')}
      </button>
    </fieldset>
  );
}
