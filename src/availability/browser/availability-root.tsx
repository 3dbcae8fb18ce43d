import type { ReactNode } from 'react';
import { LakeRoot } from '../../common/browser/lake-root.js';
import { ServicesContext, type IAvailabilityServices } from './services.js';

interface IAvailabilityRootProps {
  services: IAvailabilityServices;
  children: ReactNode;
}

/** Stands around what this slice hands out, so that it can be shown in anyone's React tree. */
export function AvailabilityRoot({ services, children }: IAvailabilityRootProps) {
  return (
    <LakeRoot lake={services.lake}>
      <ServicesContext.Provider value={services}>{children}</ServicesContext.Provider>
    </LakeRoot>
  );
}
