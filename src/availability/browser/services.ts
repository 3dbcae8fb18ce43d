import type { CommandRegistry } from '@lumino/commands';
import { createContext, useContext } from 'react';
import type { ILake } from '../../sidebar/browser/tokens.js';
import type { AwaitedDids } from './awaited.js';
import type { Preferences } from './preferences.js';
import type { AvailabilityReader } from './reader.js';

/** What the components of this slice share; made once by its plugin. */
export interface IAvailabilityServices {
  readonly lake: ILake;
  readonly reader: AvailabilityReader;
  readonly awaited: AwaitedDids;
  readonly preferences: Preferences;
  readonly commands: CommandRegistry;
}

export const ServicesContext = createContext<IAvailabilityServices | null>(null);

/** Only for components below `AvailabilityRoot`. */
export function useServices(): IAvailabilityServices {
  const services = useContext(ServicesContext);
  if (services === null) {
    throw new Error('This component stands in an AvailabilityRoot.');
  }
  return services;
}
