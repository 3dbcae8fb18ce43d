import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { problemSentence } from '../../common/browser/problem-sentences.js';
import { useTrans } from '../../common/browser/trans.js';
import { toProblem } from '../../common/contract/problem.js';
import type { CartItem } from '../contract.js';
import type { IOpenCart } from './carts.js';
import { useCartServices } from './context.js';
import { nameComplaint } from './variable-name.js';

interface INameEditorProps {
  item: CartItem;
  open: IOpenCart;
  /** Renamed, or given up. */
  onEnd: () => void;
}

/** The variable's name as it is typed, with a sentence about what is wrong with it. */
export function NameEditor({ item, open, onEnd }: INameEditorProps) {
  const trans = useTrans();
  const { actions } = useCartServices();
  const [name, setName] = useState(item.variableName);
  const [failure, setFailure] = useState<string | null>(null);
  const ended = useRef(false);
  const complaintId = useId();
  const complaint = failure ?? nameComplaint(name, open.cart.namesBut(item), trans);

  const end = () => {
    ended.current = true;
    onEnd();
  };
  const rename = async () => {
    try {
      await actions.rename(open, item, name);
      end();
    } catch (error) {
      setFailure(problemSentence(toProblem(error), trans));
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === 'Enter' && complaint === null) {
      void rename();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      end();
    }
  };
  /** As in the file browser: a name that is good is taken. */
  const leave = () => {
    if (ended.current) {
      return;
    }
    if (complaint === null) {
      void rename();
    } else {
      end();
    }
  };

  return (
    <span className="jp-DataLakeCartItem-editor">
      <input
        className="jp-DataLakeInput"
        // The person has just asked to type here.
        autoFocus
        value={name}
        spellCheck={false}
        autoComplete="off"
        aria-label={trans.__('Name of the variable')}
        aria-invalid={complaint !== null}
        aria-describedby={complaintId}
        onFocus={event => event.currentTarget.select()}
        onChange={event => {
          setFailure(null);
          setName(event.currentTarget.value.trim());
        }}
        onKeyDown={onKeyDown}
        onBlur={leave}
      />
      <span id={complaintId} className="jp-DataLakeCartItem-complaint" role="status">
        {complaint}
      </span>
    </span>
  );
}
