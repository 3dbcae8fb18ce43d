import { useTrans } from '../../../common/browser/trans.js';
import { PROVENANCE, type ProvenancePart } from '../../contract.js';
import { SEPARATORS, type Complaints, type IOrigin, type IUploadForm } from '../form.js';
import { ComboBox } from '../../../common/browser/combo-box.js';
import { Field, TextField } from '../../../common/browser/field.js';

interface IAdvancedProps {
  form: IUploadForm;
  change: (change: Partial<IUploadForm>) => void;
  complaints: Complaints;
  activities: readonly string[];
  origin: IOrigin;
  hasFolder: boolean;
}

/** What most people never need, folded. */
export function Advanced(props: IAdvancedProps) {
  const { form, change, complaints, activities, origin, hasFolder } = props;
  const trans = useTrans();
  return (
    <details className="jp-DataLakeAdvanced">
      <summary>{trans.__('Advanced')}</summary>
      <Field
        label={trans.__('Copies')}
        complaint={complaints.copies}
        hint={trans.__('More than one: Rucio makes the others on RSEs of the expression.')}
      >
        {({ id, describedBy, invalid }) => (
          <input
            id={id}
            type="number"
            min={1}
            max={10}
            step={1}
            className="jp-DataLakeField-input jp-mod-number"
            aria-describedby={describedBy}
            aria-invalid={invalid}
            value={form.copies}
            onChange={({ target }) => change({ copies: target.value })}
          />
        )}
      </Field>
      <Field label={trans.__('Activity')} complaint={complaints.activity}>
        {({ id, describedBy, invalid }) => (
          <ComboBox
            id={id}
            describedBy={describedBy}
            invalid={invalid}
            label={trans.__('Activities')}
            placeholder={trans.__('as Rucio sets it')}
            value={form.activity}
            onChange={activity => change({ activity })}
            options={activities.map(text => ({ text }))}
          />
        )}
      </Field>
      <Field
        label={trans.__('Separator')}
        complaint={complaints.separator}
        hint={trans.__('What stands for “/” in the names.')}
      >
        {({ id, describedBy }) => (
          <select
            id={id}
            className="jp-DataLakeField-input"
            aria-describedby={describedBy}
            value={form.separator}
            onChange={({ target }) => change({ separator: target.value })}
          >
            {SEPARATORS.map(separator => (
              <option key={separator} value={separator}>
                {separator}
              </option>
            ))}
          </select>
        )}
      </Field>
      {hasFolder && (
        <>
          <TextField
            label={trans.__('Only these')}
            value={form.include}
            onChange={include => change({ include })}
            complaint={complaints.include}
            hint={trans.__('Patterns below the folder, one a line: *.root, plots/**')}
            lines={2}
          />
          <TextField
            label={trans.__('Not these')}
            value={form.exclude}
            onChange={exclude => change({ exclude })}
            complaint={complaints.exclude}
            lines={2}
          />
        </>
      )}
      <Provenance form={form} change={change} origin={origin} />
    </details>
  );
}

function Provenance({ form, change, origin }: Pick<IAdvancedProps, 'form' | 'change' | 'origin'>) {
  const trans = useTrans();
  const { notebook, kernel, inputs } = origin;
  const words: Record<ProvenancePart, string> = {
    client: trans.__('This client'),
    host: trans.__('The host’s name'),
    notebook:
      notebook === null
        ? trans.__('The notebook (none is active)')
        : trans.__('The notebook: %1', notebook),
    kernel:
      kernel === null
        ? trans.__('The kernel (none is active)')
        : trans.__('The kernel: %1', kernel),
    inputs: trans._n(
      'What is in its cart, as inputs: %1 DID',
      'What is in its cart, as inputs: %1 DIDs',
      inputs.length
    )
  };
  return (
    <fieldset className="jp-DataLakeProvenance">
      <legend>{trans.__('Say in the metadata where it comes from')}</legend>
      {PROVENANCE.map(part => (
        <label key={part}>
          <input
            type="checkbox"
            checked={form.provenance.includes(part)}
            onChange={({ target }) =>
              change({
                provenance: PROVENANCE.filter(one =>
                  one === part ? target.checked : form.provenance.includes(one)
                )
              })
            }
          />
          <span>{words[part]}</span>
        </label>
      ))}
    </fieldset>
  );
}
