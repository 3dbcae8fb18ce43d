import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import { useId } from 'react';
import type { ISection } from './tokens.js';
import { useScrollStop } from './use-scroll-stop.js';

interface ISectionViewProps {
  section: ISection;
  folded: boolean;
  onFold: (folded: boolean) => void;
}

/** A section with its title, which folds it. A folded section keeps nothing running. */
export function SectionView({ section, folded, onFold }: ISectionViewProps) {
  const { id, title, Body, Header, grows } = section;
  const labelId = useId();
  const bodyId = useId();
  const { ref, isStop } = useScrollStop<HTMLDivElement>();
  const Caret = folded ? caretRightIcon : caretDownIcon;
  const grown = grows === true && !folded ? ' jp-mod-grows' : '';
  return (
    <section
      className={`jp-DataLakeSection${grown}${folded ? ' jp-mod-folded' : ''}`}
      aria-labelledby={labelId}
      data-section={id}
    >
      <div className="jp-DataLakeSection-title">
        <button
          type="button"
          className="jp-DataLakeSection-toggle"
          aria-expanded={!folded}
          aria-controls={bodyId}
          onClick={() => onFold(!folded)}
        >
          <Caret.react tag="span" className="jp-DataLakeSection-caret" aria-hidden="true" />
          <span id={labelId} className="jp-DataLakeSection-label">
            {title}
          </span>
        </button>
        {Header && (
          <div className="jp-DataLakeSection-header">
            <Header />
          </div>
        )}
      </div>
      <div
        ref={ref}
        id={bodyId}
        className="jp-DataLakeSection-body"
        hidden={folded}
        {...(isStop ? { tabIndex: 0 } : {})}
      >
        {!folded && <Body />}
      </div>
    </section>
  );
}
