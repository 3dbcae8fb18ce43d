import type { ILook } from './job-look.js';

/** An icon beside its word, which says it to those who do not see it. */
export function LookIcon({ look: { icon: Icon, kind } }: { look: ILook }) {
  return (
    <Icon.react
      tag="span"
      className={`jp-DataLakeUploadIcon jp-mod-${kind}`}
      width="16px"
      height="16px"
      aria-hidden="true"
    />
  );
}
