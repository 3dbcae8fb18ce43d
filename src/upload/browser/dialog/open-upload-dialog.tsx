import { openReactDialog } from '../../../common/browser/react-dialog.js';
import type { Job } from '../../contract.js';
import type { IUploadServices } from '../services.js';
import { UploadRoot } from '../upload-root.js';
import { UploadView, type IUploadViewProps } from './upload-view.js';

/** Asks what to upload as what; answers the job that was started, null where the person gave it up. */
export function openUploadDialog(
  services: IUploadServices,
  parts: Omit<IUploadViewProps, 'onDone'>
): Promise<Job | null> {
  return openReactDialog({
    title: services.lake.trans.__('Upload to the Data Lake'),
    className: 'jp-DataLakeUploadDialog',
    render: done => (
      <UploadRoot services={services}>
        <UploadView {...parts} onDone={done} />
      </UploadRoot>
    )
  });
}
