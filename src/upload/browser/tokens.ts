/** Commands of uploads. */
export const UploadCommands = {
  /**
   * Args: {paths?: string[] (of JupyterLab's contents), instance?}. Without paths: what is chosen in the file
   * browser; where nothing is, a dialog asks. Opens the dialog; answers the job's id, null if it was given up.
   */
  upload: 'datalake:upload',
  /** Chooses files in a dialog first. */
  choose: 'datalake:choose-and-upload',
  /** Args: {job?}. Opens the panel's Uploads section. */
  show: 'datalake:show-uploads',
  /** Args of these: {job}; without it a dialog asks which upload is meant. */
  pause: 'datalake:pause-upload',
  resume: 'datalake:resume-upload',
  cancel: 'datalake:cancel-upload',
  retry: 'datalake:retry-upload',
  remove: 'datalake:remove-upload'
} as const;
