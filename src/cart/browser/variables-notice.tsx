import { ProblemView } from '../../common/browser/problem-view.js';
import { useTrans } from '../../common/browser/trans.js';
import { useModel } from '../../common/browser/use-signal.js';
import type { IOpenCart } from './carts.js';

/** What keeps the variables out of the kernel; nothing while nothing does. */
export function VariablesNotice({ open }: { open: IOpenCart }) {
  const trans = useTrans();
  const { items } = useModel(open.cart);
  const { state } = useModel(open.variables);
  if (items.length === 0) {
    return null;
  }
  if (state.status === 'failed' && state.problem !== null) {
    return (
      <ProblemView problem={state.problem} onRetry={() => void open.variables.setAgain()} compact />
    );
  }
  const text =
    state.status === 'unsupported'
      ? trans.__(
          'Variables cannot be set in %1 kernels yet: copy paths from the details instead.',
          state.language ?? ''
        )
      : state.status === 'no-kernel'
        ? trans.__('No kernel is running: the variables are set when one starts.')
        : null;
  return text === null ? null : (
    <p className="jp-DataLakeCart-notice" role="status">
      {text}
    </p>
  );
}
