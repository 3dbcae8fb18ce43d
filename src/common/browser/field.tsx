import { useId, type ReactNode } from 'react';

interface IFieldProps {
  label: string;
  hint?: ReactNode;
  complaint?: string | undefined;
  /** What describes the control is handed to it. */
  children: (parts: { id: string; describedBy: string | undefined; invalid: boolean }) => ReactNode;
}

/** A label, its control, and below what is wrong or worth knowing. */
export function Field({ label, hint, complaint, children }: IFieldProps) {
  const id = useId();
  const says = complaint ?? hint;
  const has = says !== undefined && says !== null && says !== '';
  return (
    <div className="jp-DataLakeField">
      <label className="jp-DataLakeField-label" htmlFor={id}>
        {label}
      </label>
      <div className="jp-DataLakeField-body">
        {children({
          id,
          describedBy: has ? `${id}-says` : undefined,
          invalid: complaint !== undefined
        })}
        {has && (
          <div
            id={`${id}-says`}
            className={`jp-DataLakeField-says${complaint === undefined ? '' : ' jp-mod-complaint'}`}
          >
            {says}
          </div>
        )}
      </div>
    </div>
  );
}

interface ITextProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
  complaint?: string | undefined;
  placeholder?: string;
  /** Several lines. */
  lines?: number;
}

/** A field of plain text. */
export function TextField({ label, value, onChange, placeholder, lines, ...rest }: ITextProps) {
  return (
    <Field label={label} {...rest}>
      {({ id, describedBy, invalid }) =>
        lines === undefined ? (
          <input
            id={id}
            type="text"
            className="jp-DataLakeField-input"
            aria-describedby={describedBy}
            aria-invalid={invalid}
            placeholder={placeholder}
            spellCheck={false}
            value={value}
            onChange={({ target }) => onChange(target.value)}
          />
        ) : (
          <textarea
            id={id}
            rows={lines}
            className="jp-DataLakeField-input"
            aria-describedby={describedBy}
            aria-invalid={invalid}
            placeholder={placeholder}
            spellCheck={false}
            value={value}
            onChange={({ target }) => onChange(target.value)}
          />
        )
      }
    </Field>
  );
}
