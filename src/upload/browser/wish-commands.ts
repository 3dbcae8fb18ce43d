import { Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { call } from '../../common/browser/client.js';
import { formatCount } from '../../common/browser/counts.js';
import { wishUpload, WISHES, type Job, type Wish } from '../contract.js';
import { wishesFor } from './job-look.js';
import { jobsQuery } from './queries.js';
import type { IUploadServices } from './services.js';
import { tellFailure } from './told.js';
import { UploadCommands } from './tokens.js';
import { wishWords } from './wish-words.js';

/** A command for each thing that can be wished of a job. They throw DataLakeError. */
export function addWishCommands(services: IUploadServices): void {
  const { commands, lake } = services;
  const { trans } = lake;
  const words = wishWords(trans);
  for (const wish of WISHES) {
    const { label, caption } = words[wish];
    commands.addCommand(UploadCommands[wish], {
      label,
      caption,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            job: { type: 'string', description: trans.__('Left out: a dialog asks which one') }
          }
        }
      },
      execute: async ({ job }) => {
        try {
          await fulfil(services, wish, typeof job === 'string' ? job : null);
        } catch (error) {
          tellFailure(error, trans);
          throw error;
        }
      }
    });
  }
}

async function fulfil(services: IUploadServices, wish: Wish, id: string | null): Promise<void> {
  const { lake, reader } = services;
  const { jobs } = await lake.queries.fetchQuery({ ...jobsQuery(lake), staleTime: 0 });
  const job = id === null ? await pick(jobs, wish, lake.trans) : jobs.find(one => one.id === id);
  if (job === undefined || (wish === 'cancel' && !(await confirmed(job, lake.trans)))) {
    return;
  }
  try {
    await call(lake.settings, wishUpload, { job: job.id, want: wish });
  } finally {
    reader.refresh();
  }
}

/** The only one of which that can be wished, or the one that the person chooses. */
async function pick(
  jobs: readonly Job[],
  wish: Wish,
  trans: TranslationBundle
): Promise<Job | undefined> {
  const fitting = jobs.filter(({ state }) => wishesFor(state).includes(wish));
  if (fitting.length < 2) {
    return fitting[0];
  }
  const items = fitting.map(({ title }, index) => `${index + 1}. ${title}`);
  const { value } = await InputDialog.getItem({ title: trans.__('Which Upload?'), items });
  return value === null ? undefined : fitting[items.indexOf(value)];
}

/** Asks only where something is done already: it stays, half of what was wanted. */
async function confirmed({ title, files }: Job, trans: TranslationBundle): Promise<boolean> {
  if (files.done === 0) {
    return true;
  }
  const { button } = await showDialog({
    title: trans.__('Cancel This Upload?'),
    body: trans._n(
      '%2: %3 file is in the data lake already, and stays there. What was begun is removed.',
      '%2: %3 files are in the data lake already, and stay there. What was begun is removed.',
      files.done,
      title,
      formatCount(files.done)
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Keep Uploading') }),
      Dialog.warnButton({ label: trans.__('Cancel the Upload') })
    ]
  });
  return button.accept;
}
