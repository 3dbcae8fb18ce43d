import { useMutation } from '@tanstack/react-query';
import { useId, type ReactNode } from 'react';
import { problemOf, ProblemView } from '../../common/browser/problem-view.js';
import { useTrans } from '../../common/browser/trans.js';
import { useModel } from '../../common/browser/use-signal.js';
import type { IOpenCart } from './carts.js';
import { useCartServices } from './context.js';

interface IBannerProps {
  text: string;
  /** What the button says and does. */
  label?: string;
  onPress?: () => Promise<unknown>;
  children?: ReactNode;
}

function Banner({ text, label, onPress, children }: IBannerProps) {
  const id = useId();
  const press = useMutation({ mutationFn: async () => onPress?.() });
  return (
    <div className="jp-DataLakeCartBanner" role="group" aria-labelledby={id}>
      <p id={id}>{text}</p>
      {children}
      {label !== undefined && (
        <button
          type="button"
          className="jp-DataLakeButton"
          disabled={press.isPending}
          onClick={() => press.mutate()}
        >
          {label}
        </button>
      )}
      {press.isError && (
        <ProblemView problem={problemOf(press.error)} onRetry={() => press.mutate()} compact />
      )}
    </div>
  );
}

/** What is out of the ordinary with this cart, each with what can be done about it. */
export function CartBanners({ open }: { open: IOpenCart }) {
  const trans = useTrans();
  const { actions } = useCartServices();
  const { content, readOnly } = useModel(open.cart);
  const { waiting, problem } = useModel(open.acceptance);
  return (
    <>
      {readOnly && (
        <Banner
          text={trans.__(
            'This notebook is read-only: its cart cannot be changed. Save a copy to change it.'
          )}
        />
      )}
      {problem !== null && (
        <ProblemView problem={problem} onRetry={() => open.acceptance.retry()} compact />
      )}
      {waiting.length > 0 && (
        <Banner
          text={trans._n(
            'This notebook brings %1 item that you have not accepted. If you use it, this variable is set in the notebook’s kernel; nothing is transferred:',
            'This notebook brings %1 items that you have not accepted. If you use them, these variables are set in the notebook’s kernel; nothing is transferred:',
            waiting.length,
            waiting.length
          )}
          label={trans.__('Use this cart')}
          onPress={() => actions.accept(open)}
        >
          <ul className="jp-DataLakeCartBanner-list">
            {waiting.map(({ instance, did, variableName }) => (
              <li key={`${instance}/${did}`}>
                <code>{variableName}</code> {did}
              </li>
            ))}
          </ul>
        </Banner>
      )}
      {content.legacy.length > 0 && (
        <Banner
          text={trans._n(
            'rucio-jupyterlab has attached %1 DID to this notebook.',
            'rucio-jupyterlab has attached %1 DIDs to this notebook.',
            content.legacy.length,
            content.legacy.length
          )}
          {...(readOnly
            ? {}
            : { label: trans.__('Put them into the cart'), onPress: () => actions.upgrade(open) })}
        />
      )}
      {content.unreadable > 0 && (
        <Banner
          text={trans._n(
            '%1 entry of this cart could not be read. It is left in the notebook as it is.',
            '%1 entries of this cart could not be read. They are left in the notebook as they are.',
            content.unreadable,
            content.unreadable
          )}
        />
      )}
      {content.newer > 0 && (
        <Banner
          text={trans._n(
            '%1 entry was written by a newer version of this extension: update it to see the entry.',
            '%1 entries were written by a newer version of this extension: update it to see them.',
            content.newer,
            content.newer
          )}
        />
      )}
    </>
  );
}
