import { useId, useState, type KeyboardEvent } from 'react';

export interface IOption {
  text: string;
  /** Beside it, e.g. how much room there is. */
  hint?: string;
}

interface IComboBoxProps {
  id: string;
  value: string;
  onChange: (value: string) => void;
  /** What to propose for this value. */
  options: readonly IOption[];
  /** Left out: the option's text becomes the value. */
  onTake?: (text: string) => void;
  placeholder?: string;
  describedBy?: string | undefined;
  invalid?: boolean;
  /** Of the list. */
  label: string;
}

/** A text with proposals: arrow keys choose one, Enter or Tab takes it, Escape closes the list. */
export function ComboBox(props: IComboBoxProps) {
  const { id, value, onChange, options, onTake = onChange, label } = props;
  const listId = useId();
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const proposed = options.filter(({ text }) => text !== value);
  const shown = open && proposed.length > 0;

  const close = () => {
    setOpen(false);
    setChosen(-1);
  };
  const take = ({ text }: IOption) => {
    onTake(text);
    close();
  };
  const step = (by: number) => {
    const many = proposed.length;
    setOpen(true);
    if (many > 0) {
      // -1 is the box itself, between the last and the first.
      setChosen(((chosen + 1 + by + many + 1) % (many + 1)) - 1);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const option = shown ? proposed[chosen] : undefined;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      step(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter' && option !== undefined) {
      take(option);
    } else if (event.key === 'Tab' && option !== undefined) {
      take(option);
      return;
    } else if (event.key === 'Escape' && shown) {
      close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="jp-DataLakeCombo">
      <input
        id={id}
        type="text"
        role="combobox"
        className="jp-DataLakeField-input"
        aria-autocomplete="list"
        aria-expanded={shown}
        aria-controls={listId}
        {...(chosen >= 0 && shown ? { 'aria-activedescendant': `${listId}-${chosen}` } : {})}
        aria-describedby={props.describedBy}
        aria-invalid={props.invalid === true}
        placeholder={props.placeholder}
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={({ target }) => {
          onChange(target.value);
          setOpen(true);
          setChosen(-1);
        }}
        onClick={() => setOpen(true)}
        onBlur={close}
        onKeyDown={onKeyDown}
      />
      <ul
        id={listId}
        role="listbox"
        className="jp-DataLakeCombo-list"
        aria-label={label}
        hidden={!shown}
      >
        {proposed.map((option, index) => (
          <li
            key={option.text}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === chosen}
            className={`jp-DataLakeCombo-option${index === chosen ? ' jp-mod-active' : ''}`}
            // The box keeps the focus.
            onPointerDown={event => event.preventDefault()}
            onClick={() => take(option)}
          >
            <span>{option.text}</span>
            {option.hint !== undefined && <small>{option.hint}</small>}
          </li>
        ))}
      </ul>
    </div>
  );
}
