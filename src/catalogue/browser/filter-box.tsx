import { filterIcon } from '@jupyterlab/ui-components';

interface IFilterBoxProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}

/** Narrows a list that is here already. Escape clears it. */
export function FilterBox({ label, placeholder, value, onChange }: IFilterBoxProps) {
  return (
    <div className="jp-DataLakeFilterBox">
      <filterIcon.react tag="span" className="jp-DataLakeFilterBox-icon" aria-hidden="true" />
      <input
        type="search"
        className="jp-DataLakeFilterBox-input"
        data-filter=""
        aria-label={label}
        placeholder={placeholder}
        spellCheck={false}
        value={value}
        onChange={event => onChange(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Escape' && value !== '') {
            event.stopPropagation();
            onChange('');
          }
        }}
      />
    </div>
  );
}
