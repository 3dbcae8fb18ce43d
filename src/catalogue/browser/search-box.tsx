import { closeIcon, historyIcon, searchIcon } from '@jupyterlab/ui-components';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { useTrans } from '../../common/browser/trans.js';
import { useModel } from '../../common/browser/use-signal.js';
import type { CatalogueModel } from './catalogue-model.js';
import { suggest, type Suggestion } from './suggestions.js';
import { useCatalogue } from './context.js';
import { scopeIcon } from './did-icons.js';
import { scopesQuery } from './scopes-query.js';

interface ISearchBoxProps {
  model: CatalogueModel;
}

/** The one box: `scope:pattern`, a pattern, or plain words; scopes and recent searches are proposed. */
export function SearchBox({ model }: ISearchBoxProps) {
  useModel(model);
  useModel(model.history);
  const trans = useTrans();
  const { lake, instance } = useCatalogue();
  const scopes = useQuery(scopesQuery(lake, instance));
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const suggestions = open
    ? suggest(model.text, model.history.searches, scopes.data?.scopes ?? [])
    : [];
  const shown = suggestions.length > 0;

  useEffect(() => {
    const focus = () => {
      if (input.current !== null && model.takeFocusRequest()) {
        input.current.focus();
        input.current.select();
      }
    };
    focus();
    model.focusRequested.connect(focus);
    return () => {
      model.focusRequested.disconnect(focus);
    };
  }, [model]);

  const close = () => {
    setOpen(false);
    setChosen(-1);
  };
  const take = (suggestion: Suggestion) => {
    if (suggestion.kind === 'scope') {
      model.setText(`${suggestion.text}:`);
      setChosen(-1);
      input.current?.focus();
    } else {
      model.run(suggestion.text);
      close();
    }
  };
  const step = (by: number) => {
    setOpen(true);
    const many = suggestions.length;
    if (many > 0) {
      // -1 is the box itself, between the last and the first.
      setChosen(((chosen + 1 + by + many + 1) % (many + 1)) - 1);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      step(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter') {
      const suggestion = shown ? suggestions[chosen] : undefined;
      if (suggestion === undefined) {
        model.run();
        close();
      } else {
        take(suggestion);
      }
    } else if (event.key === 'Tab' && shown && chosen >= 0) {
      take(suggestions[chosen]);
    } else if (event.key === 'Escape' && shown) {
      close();
    } else if (event.key === 'Escape' && model.text !== '') {
      model.run('');
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="jp-DataLakeSearchBox">
      <div className="jp-DataLakeSearchBox-field">
        <searchIcon.react tag="span" className="jp-DataLakeSearchBox-icon" aria-hidden="true" />
        <input
          ref={input}
          type="text"
          role="combobox"
          className="jp-DataLakeSearchBox-input"
          aria-label={trans.__('Search the data lake')}
          aria-autocomplete="list"
          aria-expanded={shown}
          aria-controls={listId}
          {...(chosen >= 0 && shown ? { 'aria-activedescendant': `${listId}-${chosen}` } : {})}
          placeholder={trans.__('scope:pattern or words')}
          spellCheck={false}
          autoComplete="off"
          value={model.text}
          onChange={event => {
            model.setText(event.target.value);
            setOpen(true);
            setChosen(-1);
          }}
          onClick={() => setOpen(true)}
          onBlur={close}
          onKeyDown={onKeyDown}
        />
        {model.text !== '' && (
          <button
            type="button"
            className="jp-DataLakeSearchBox-clear"
            title={trans.__('Clear')}
            aria-label={trans.__('Clear the search')}
            onClick={() => {
              model.run('');
              input.current?.focus();
            }}
          >
            <closeIcon.react tag="span" width="14px" height="14px" aria-hidden="true" />
          </button>
        )}
      </div>
      <ul
        id={listId}
        role="listbox"
        className="jp-DataLakeSearchBox-list"
        aria-label={trans.__('Suggestions')}
        hidden={!shown}
      >
        {suggestions.map((suggestion, index) => {
          const Icon = suggestion.kind === 'scope' ? scopeIcon : historyIcon;
          return (
            <li
              key={`${suggestion.kind} ${suggestion.text}`}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === chosen}
              className={`jp-DataLakeSearchBox-option${index === chosen ? ' jp-mod-active' : ''}`}
              // The box keeps the focus.
              onPointerDown={event => event.preventDefault()}
              onClick={() => take(suggestion)}
            >
              <Icon.react tag="span" width="14px" height="14px" aria-hidden="true" />
              <span>{suggestion.text}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
