import type { CommandRegistry } from '@lumino/commands';
import { createContext, useContext } from 'react';
import type { ILake } from '../../sidebar/browser/tokens.js';
import type { CatalogueSettings } from './settings.js';
import type { RowExtras } from './row-extras.js';
import type { Selection } from './selection.js';

/** What the components of the catalogue share. */
export interface ICatalogue {
  readonly lake: ILake;
  readonly commands: CommandRegistry;
  readonly extras: RowExtras;
  readonly selection: Selection;
  readonly settings: CatalogueSettings;
  /** Left out: the first configured one. */
  readonly instance?: string;
}

export const CatalogueContext = createContext<ICatalogue | null>(null);

export function useCatalogue(): ICatalogue {
  const catalogue = useContext(CatalogueContext);
  if (catalogue === null) {
    throw new Error('A component of the catalogue stands outside of it.');
  }
  return catalogue;
}
