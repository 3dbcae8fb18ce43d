import type { TranslationBundle } from '@jupyterlab/translation';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { TransContext } from './trans.js';

interface ILakeRootProps {
  /** The part of `ILake` that every component needs. */
  lake: { readonly queries: QueryClient; readonly trans: TranslationBundle };
  children: ReactNode;
}

/** Stands around each React tree of the extension: its query cache and its language. */
export function LakeRoot({ lake, children }: ILakeRootProps) {
  return (
    <QueryClientProvider client={lake.queries}>
      <TransContext.Provider value={lake.trans}>{children}</TransContext.Provider>
    </QueryClientProvider>
  );
}
