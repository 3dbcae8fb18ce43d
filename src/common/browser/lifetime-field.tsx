import { useTrans } from './trans.js';
import { Field } from './field.js';

export const UNIT_SECONDS = { hours: 3600, days: 86_400, weeks: 604_800, months: 2_592_000 };
export type LifetimeUnit = keyof typeof UNIT_SECONDS;
export const UNITS = Object.keys(UNIT_SECONDS) as LifetimeUnit[];

/** As it stands in the field, right or not; null: it never ends. */
export type LifetimeText = { number: string; unit: LifetimeUnit } | null;

/** Seconds, as on the wire; not a positive number where what was typed is none. */
export function lifetimeSeconds(lifetime: LifetimeText): number | null {
  return lifetime === null
    ? null
    : Math.round(Number(lifetime.number) * UNIT_SECONDS[lifetime.unit]);
}

interface ILifetimeFieldProps {
  value: LifetimeText;
  onChange: (value: LifetimeText) => void;
  complaint: string | undefined;
}

/** For how long Rucio keeps it: for ever, or a number with its unit. */
export function LifetimeField({ value, onChange, complaint }: ILifetimeFieldProps) {
  const trans = useTrans();
  const words: Record<LifetimeUnit, string> = {
    hours: trans.__('hours'),
    days: trans.__('days'),
    weeks: trans.__('weeks'),
    months: trans.__('months of 30 days')
  };
  const number = value?.number ?? '30';
  return (
    <Field
      label={trans.__('Lifetime')}
      complaint={complaint}
      hint={value === null ? trans.__('It stays until somebody removes it.') : null}
    >
      {({ id, describedBy, invalid }) => (
        <div className="jp-DataLakeField-row">
          {value !== null && (
            <input
              type="number"
              className="jp-DataLakeField-input jp-mod-number"
              aria-label={trans.__('How many %1', words[value.unit])}
              aria-describedby={describedBy}
              aria-invalid={invalid}
              min={1}
              step="any"
              value={value.number}
              onChange={({ target }) => onChange({ ...value, number: target.value })}
            />
          )}
          <select
            id={id}
            className="jp-DataLakeField-input"
            aria-describedby={describedBy}
            value={value === null ? 'never' : value.unit}
            onChange={({ target }) => {
              const unit = UNITS.find(one => one === target.value);
              onChange(unit === undefined ? null : { number, unit });
            }}
          >
            <option value="never">{trans.__('never ends')}</option>
            {UNITS.map(unit => (
              <option key={unit} value={unit}>
                {words[unit]}
              </option>
            ))}
          </select>
        </div>
      )}
    </Field>
  );
}
