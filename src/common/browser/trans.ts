import { nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import { createContext, useContext } from 'react';

/** Untranslated where nobody provides it, so that a component never fails for want of a language. */
export const TransContext = createContext<TranslationBundle>(
  nullTranslator.load('jupyterlab_datalake')
);

/** The translations of this extension. */
export function useTrans(): TranslationBundle {
  return useContext(TransContext);
}
