import type { CommandRegistry } from '@lumino/commands';
import { createContext, useContext } from 'react';
import type { ILake } from '../../sidebar/browser/tokens.js';
import type { Drafts } from './drafts.js';
import type { LastChoices } from './last-used.js';
import type { UploadReader } from './upload-reader.js';

/** What the components of this slice share; made once by its plugin. */
export interface IUploadServices {
  readonly lake: ILake;
  readonly commands: CommandRegistry;
  readonly reader: UploadReader;
  readonly last: LastChoices;
  readonly drafts: Drafts;
}

export const UploadContext = createContext<IUploadServices | null>(null);

/** Only for components below `UploadRoot`. */
export function useUploads(): IUploadServices {
  const services = useContext(UploadContext);
  if (services === null) {
    throw new Error('This component stands in an UploadRoot.');
  }
  return services;
}
