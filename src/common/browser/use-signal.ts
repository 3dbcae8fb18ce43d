import type { ISignal } from '@lumino/signaling';
import { useCallback, useRef, useSyncExternalStore } from 'react';

/**
 * What `read` answers, read again whenever the signal fires. `read` answers the same value (by
 * `Object.is`) while nothing has changed.
 */
export function useSignal<S, A, T>(signal: ISignal<S, A>, read: () => T): T {
  const subscribe = useCallback(
    (changed: () => void) => {
      const slot = () => changed();
      signal.connect(slot);
      return () => {
        signal.disconnect(slot);
      };
    },
    [signal]
  );
  return useSyncExternalStore(subscribe, read);
}

/** A model whose signal says that anything in it may have changed. */
export interface IChanging {
  readonly changed: ISignal<unknown, unknown>;
}

/** Renders again after each change of a mutable model; answers the model. */
export function useModel<M extends IChanging>(model: M): M {
  const version = useRef(0);
  const subscribe = useCallback(
    (changed: () => void) => {
      const slot = () => {
        version.current += 1;
        changed();
      };
      model.changed.connect(slot);
      return () => {
        model.changed.disconnect(slot);
      };
    },
    [model]
  );
  useSyncExternalStore(subscribe, () => version.current);
  return model;
}
