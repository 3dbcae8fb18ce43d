import type { LabIcon } from '@jupyterlab/ui-components';

interface IStateIconProps {
  icon: LabIcon;
  /** Of the description: gives it its colour. */
  kind: string;
}

/** An icon beside its word, which says it to those who do not see it. */
export function StateIcon({ icon: Icon, kind }: IStateIconProps) {
  return (
    <Icon.react
      tag="span"
      className={`jp-DataLakeStateIcon jp-mod-${kind}`}
      width="16px"
      height="16px"
      aria-hidden="true"
    />
  );
}
