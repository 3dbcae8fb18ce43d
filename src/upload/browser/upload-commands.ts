import { FileDialog, type IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { Contents } from '@jupyterlab/services';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Job } from '../contract.js';
import { openUploadDialog } from './dialog/open-upload-dialog.js';
import type { IOrigin } from './form.js';
import { uploadIcon } from './icons.js';
import type { IUploadServices } from './services.js';
import { chosenPaths, sourcesOf } from './sources.js';
import { tellFailure } from './told.js';
import { UploadCommands } from './tokens.js';

interface IUploadParts {
  services: IUploadServices;
  contents: Contents.IManager;
  files: IFileBrowserFactory | null;
  originOf: (instance: string) => IOrigin;
  /** Opens the section. */
  reveal: () => void;
  onStarted: (job: Job) => void;
}

/** Everything that begins an upload, as commands. */
export function addUploadCommands(parts: IUploadParts): void {
  const { services, files, reveal } = parts;
  const { commands, lake } = services;
  const { trans } = lake;
  const instanceArg = {
    type: 'string',
    description: trans.__('A configured instance; the first if left out')
  };
  commands.addCommand(UploadCommands.upload, {
    label: trans.__('Upload to Data Lake…'),
    caption: trans.__('Upload the chosen files and folders to the data lake'),
    icon: uploadIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          paths: {
            type: 'array',
            items: { type: 'string' },
            description: trans.__('Left out: what is chosen in the file browser')
          },
          instance: instanceArg
        }
      }
    },
    execute: args => upload(parts, pathsOf(args) ?? chosenPaths(files), instanceOf(args))
  });
  commands.addCommand(UploadCommands.choose, {
    label: trans.__('Choose Files for the Data Lake…'),
    caption: trans.__('Choose files or a folder, and upload them to the data lake'),
    icon: uploadIcon,
    describedBy: { args: { type: 'object', properties: { instance: instanceArg } } },
    isEnabled: () => files !== null,
    execute: args => upload(parts, [], instanceOf(args))
  });
  commands.addCommand(UploadCommands.show, {
    label: trans.__('Show Uploads to the Data Lake'),
    caption: trans.__('Open the Uploads section of the panel'),
    icon: uploadIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: { job: { type: 'string', description: trans.__('The upload to be shown') } }
      }
    },
    execute: () => reveal()
  });
}

function pathsOf({ paths }: ReadonlyPartialJSONObject): string[] | null {
  return Array.isArray(paths)
    ? paths.filter((path): path is string => typeof path === 'string')
    : null;
}

function instanceOf({ instance }: ReadonlyPartialJSONObject): string | undefined {
  return typeof instance === 'string' ? instance : undefined;
}

async function upload(
  { services, contents, files, originOf, reveal, onStarted }: IUploadParts,
  given: readonly string[],
  instance: string | undefined
): Promise<string | null> {
  const { trans } = services.lake;
  try {
    const paths = given.length > 0 ? given : await choose(files, services);
    if (paths.length === 0) {
      return null;
    }
    const sources = await sourcesOf(paths, contents, trans);
    const job = await openUploadDialog(services, { sources, originOf, instance });
    if (job === null) {
      return null;
    }
    onStarted(job);
    reveal();
    return job.id;
  } catch (error) {
    tellFailure(error, trans);
    return null;
  }
}

/** By JupyterLab's own dialog; where nothing is chosen in it, it is the folder that it shows. */
async function choose(
  files: IFileBrowserFactory | null,
  { lake: { trans } }: IUploadServices
): Promise<string[]> {
  const browser = files?.tracker.currentWidget ?? null;
  if (browser === null) {
    return [];
  }
  const { manager, path } = browser.model;
  const { value } = await FileDialog.getOpenFiles({
    title: trans.__('Choose What to Upload'),
    label: trans.__('Files, or the folder that is shown:'),
    manager,
    defaultPath: path
  });
  return (value ?? []).map(chosen => chosen.path);
}
