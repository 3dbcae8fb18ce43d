import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ComponentType } from 'react';
import type { Row } from '../contract.js';

export { CatalogueCommands } from './commands.js';

/** A DID as the browser hands it on: to commands as arguments, to components as props. */
export interface IDidArgs {
  /** scope:name */
  did: string;
  type: Row['type'];
  /** Left out: the first configured instance. */
  instance?: string;
  bytes?: number;
}

/** A tab of a DID's details that another slice brings. */
export interface IDetailsTab {
  id: string;
  /** Translated. */
  title: string;
  rank: number;
  /** Left out: of every DID. */
  isFor?: (did: IDidArgs) => boolean;
  Body: ComponentType<IDidArgs>;
}

export interface IDidDetails {
  addTab(tab: IDetailsTab): IDisposable;
}

export const IDidDetails = new Token<IDidDetails>(
  'jupyterlab-datalake:IDidDetails',
  'Tabs of the details of a DID.'
);

/** MIME type of a dragged DID (Lumino drag); its data is IDidArgs. */
export const DID_MIME = 'application/x-jupyterlab-datalake-did';

/** CSS classes of a row's trailing decorations that other slices bring. */
export interface IRowExtras {
  /** A component shown at the end of each row, e.g. the availability dot. */
  setState(State: ComponentType<IDidArgs>): void;
}

export const IRowExtras = new Token<IRowExtras>(
  'jupyterlab-datalake:IRowExtras',
  'What other slices show in the rows of the catalogue.'
);
