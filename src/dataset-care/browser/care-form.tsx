import { useMutation } from '@tanstack/react-query';
import { useId, type ReactNode } from 'react';
import { problemOf, ProblemView } from '../../common/browser/problem-view.js';
import { useTrans } from '../../common/browser/trans.js';

interface ICareFormProps<T> {
  /** On the button that does it. */
  accept: string;
  /** Why it cannot be done now; null: it can. */
  complaint: string | null;
  run: () => Promise<T>;
  onDone: (result: T | null) => void;
  children: ReactNode;
}

/** Fields with the buttons below. What the lake refuses is said here, and nothing that was typed is lost. */
export function CareForm<T>({ accept, complaint, run, onDone, children }: ICareFormProps<T>) {
  const trans = useTrans();
  const id = useId();
  const mutation = useMutation({ mutationFn: run, onSuccess: onDone });
  return (
    <form
      className="jp-DataLakeForm jp-DataLakeCare"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        if (complaint === null && !mutation.isPending) {
          mutation.mutate();
        }
      }}
    >
      <div className="jp-DataLakeCare-fields">{children}</div>
      {mutation.isError && <ProblemView problem={problemOf(mutation.error)} compact />}
      <div className="jp-DataLakeForm-footer">
        <p id={`${id}-why`} role="status" className="jp-DataLakeForm-verdict">
          {complaint ?? ''}
        </p>
        <button type="button" className="jp-DataLakeButton" onClick={() => onDone(null)}>
          {trans.__('Cancel')}
        </button>
        <button
          type="submit"
          className="jp-DataLakeButton jp-mod-accept"
          disabled={complaint !== null}
          // A disabled button would lose the focus, and with it the keys.
          aria-disabled={mutation.isPending}
          aria-describedby={`${id}-why`}
        >
          {mutation.isPending ? trans.__('Asking Rucio …') : accept}
        </button>
      </div>
    </form>
  );
}
