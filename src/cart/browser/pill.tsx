import {
  caretDownEmptyThinIcon,
  checkIcon,
  errorIcon,
  infoIcon,
  type LabIcon
} from '@jupyterlab/ui-components';
import { lakeIcon } from '../../common/browser/icons.js';
import { useTrans } from '../../common/browser/trans.js';
import { useModel } from '../../common/browser/use-signal.js';
import type { IOpenCart } from './carts.js';
import { pillState, type IPillState } from './pill-state.js';

const ICONS: Record<IPillState['kind'], LabIcon> = {
  empty: lakeIcon,
  asks: infoIcon,
  ready: checkIcon,
  waiting: lakeIcon,
  failed: errorIcon
};

interface ICartPillProps {
  open: IOpenCart;
  expanded: boolean;
  onPress: () => void;
}

/** In the notebook's toolbar: what to expect of the data in the next cell. */
export function CartPill({ open, expanded, onPress }: ICartPillProps) {
  const trans = useTrans();
  useModel(open.cart);
  useModel(open.acceptance);
  useModel(open.variables);
  const { kind, text, detail } = pillState(open, trans);
  const Icon = ICONS[kind];
  return (
    <button
      type="button"
      className={`jp-DataLakePill jp-mod-${kind}`}
      title={detail}
      aria-haspopup="dialog"
      aria-expanded={expanded}
      onClick={onPress}
    >
      <Icon.react tag="span" width="14px" height="14px" aria-hidden="true" />
      <span className="jp-DataLakePill-text" role="status">
        {text}
      </span>
      <caretDownEmptyThinIcon.react tag="span" width="14px" height="14px" aria-hidden="true" />
    </button>
  );
}
