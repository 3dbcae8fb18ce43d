import type { ReactNode } from 'react';
import { LakeRoot } from '../../common/browser/lake-root.js';
import { UploadContext, type IUploadServices } from './services.js';

interface IUploadRootProps {
  services: IUploadServices;
  children: ReactNode;
}

/** Stands around each React tree of this slice. */
export function UploadRoot({ services, children }: IUploadRootProps) {
  return (
    <LakeRoot lake={services.lake}>
      <UploadContext.Provider value={services}>{children}</UploadContext.Provider>
    </LakeRoot>
  );
}
