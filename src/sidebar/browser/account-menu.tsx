import { caretDownIcon } from '@jupyterlab/ui-components';
import { useEffect, useId, useRef, useState } from 'react';
import { useTrans } from '../../common/browser/trans.js';
import type { SignIn } from '../../token-renewal/contract.js';
import { AccountDetails } from './account-details.js';
import type { ILake } from './tokens.js';

interface IAccountMenuProps {
  lake: ILake;
  signIn: SignIn;
}

/** `alice @ escape`: opens who is signed in, until when, and whether the mounts answer. */
export function AccountMenu({ lake, signIn }: IAccountMenuProps) {
  const trans = useTrans();
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const toggle = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) {
      return undefined;
    }
    const onPointerDown = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) {
        setOpen(false);
      }
    };
    document.addEventListener('pointerdown', onPointerDown, true);
    return () => document.removeEventListener('pointerdown', onPointerDown, true);
  }, [open]);
  const who = signIn.signedIn
    ? trans.__('%1 @ %2', signIn.account ?? '–', signIn.displayName)
    : trans.__('signed out @ %1', signIn.displayName);
  return (
    <div
      ref={root}
      className="jp-DataLakeAccount"
      onKeyDown={event => {
        if (event.key === 'Escape' && open) {
          event.stopPropagation();
          setOpen(false);
          toggle.current?.focus();
        }
      }}
    >
      <button
        ref={toggle}
        type="button"
        className="jp-DataLakeAccount-toggle"
        aria-expanded={open}
        aria-controls={id}
        aria-label={trans.__('Account: %1', who)}
        title={who}
        onClick={() => setOpen(!open)}
      >
        <span className="jp-DataLakeAccount-who">{who}</span>
        <caretDownIcon.react tag="span" width="16px" height="16px" aria-hidden="true" />
      </button>
      <div id={id} className="jp-DataLakeAccount-details" hidden={!open}>
        {open && <AccountDetails lake={lake} signIn={signIn} />}
      </div>
    </div>
  );
}
