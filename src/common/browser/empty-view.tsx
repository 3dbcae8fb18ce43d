import type { LabIcon } from '@jupyterlab/ui-components';
import type { ReactNode } from 'react';

interface IEmptyViewProps {
  icon?: LabIcon;
  /** One short sentence: what is not here. */
  title: string;
  /** What to do about it. */
  children?: ReactNode;
}

/** A view with nothing in it yet: says what it is for and how to fill it. */
export function EmptyView({ icon: Icon, title, children }: IEmptyViewProps) {
  return (
    <div className="jp-DataLakeEmpty">
      {Icon && (
        <Icon.react
          tag="span"
          className="jp-DataLakeEmpty-icon"
          width="32px"
          height="32px"
          aria-hidden="true"
        />
      )}
      <p className="jp-DataLakeEmpty-title">{title}</p>
      {children !== undefined && <div className="jp-DataLakeEmpty-text">{children}</div>}
    </div>
  );
}
