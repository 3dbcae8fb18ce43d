import { Dialog, Notification } from '@jupyterlab/apputils';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { addUploadCommands } from '../../browser/upload-commands.js';
import { UploadCommands } from '../../browser/tokens.js';
import type { Job } from '../../contract.js';
import { uploadLake } from './upload-lake.js';

const contents = {
  driveName: (path: string) => (path.includes(':') ? path.split(':')[0] : ''),
  localPath: (path: string) => path,
  get: async (path: string) => {
    if (path === 'gone') {
      throw new Error('No such file: gone');
    }
    return { type: path.endsWith('plots') ? 'directory' : 'file' };
  }
};
const told = () => Notification.manager.notifications.map(({ message }) => message);

afterEach(() => {
  Dialog.flush();
  Notification.dismiss();
});

function commandsOn(selected: string[] | null) {
  const lake = uploadLake();
  const started: Job[] = [];
  const revealed = jest.fn();
  const selectedItems = () => (selected ?? []).map(path => ({ path })).values();
  addUploadCommands({
    services: lake.services,
    contents: contents as never,
    files: selected === null ? null : ({ tracker: { currentWidget: { selectedItems } } } as never),
    originOf: () => ({ notebook: 'analysis.ipynb', kernel: 'python3', inputs: [] }),
    reveal: revealed,
    onStarted: job => started.push(job)
  });
  return { ...lake, commands: lake.services.commands, started, revealed };
}

it('uploads what is chosen in the file browser, and then shows the section', async () => {
  const { commands, askedOf, started, revealed } = commandsOn(['plots', 'a.csv']);
  const done = commands.execute(UploadCommands.upload);
  await userEvent.click(await screen.findByText('Upload 1 file'));
  expect(await done).toBe('job00001');
  expect(askedOf('/uploads/start')[0]).toMatchObject({
    sources: ['plots', 'a.csv'],
    notebook: 'analysis.ipynb',
    kernel: 'python3'
  });
  expect(started.map(({ id }) => id)).toEqual(['job00001']);
  expect(revealed).toHaveBeenCalledTimes(1);
  expect(document.querySelector('dialog')).toBeNull();
});

it('takes paths, e.g. of what was dropped', async () => {
  const { commands, askedOf } = commandsOn(null);
  void commands.execute(UploadCommands.upload, { paths: ['deep/plots'] });
  await userEvent.click(await screen.findByText('Upload 1 file'));
  await waitFor(() =>
    expect(askedOf('/uploads/start')[0]).toMatchObject({
      sources: ['deep/plots'],
      prefix: 'plots/',
      dataset: 'user.alice:plots'
    })
  );
});

it('does nothing where the person gives it up', async () => {
  const { commands, askedOf, started, revealed } = commandsOn(['a.csv']);
  const done = commands.execute(UploadCommands.upload);
  await screen.findByText('Upload 1 file');
  await userEvent.click(screen.getByText('Cancel'));
  expect(await done).toBeNull();
  expect(askedOf('/uploads/start')).toEqual([]);
  expect(started).toEqual([]);
  expect(revealed).not.toHaveBeenCalled();
});

it('closes a list of proposals on Escape, and the dialog on the next', async () => {
  const { commands } = commandsOn(['a.csv']);
  const done = commands.execute(UploadCommands.upload);
  const scope = await screen.findByLabelText('Scope');
  await userEvent.click(scope);
  expect(scope).toHaveAttribute('aria-expanded', 'true');
  await userEvent.keyboard('{Escape}');
  expect(scope).toHaveAttribute('aria-expanded', 'false');
  await userEvent.keyboard('{Escape}');
  expect(await done).toBeNull();
});

it('says in a sentence what cannot be uploaded, and opens nothing', async () => {
  const { commands } = commandsOn(null);
  expect(await commands.execute(UploadCommands.upload, { paths: ['s3:b.csv'] })).toBeNull();
  expect(await commands.execute(UploadCommands.upload, { paths: ['gone'] })).toBeNull();
  expect(told().sort()).toEqual([
    'No such file: gone',
    's3:b.csv is not on this server’s disk: copy it there first.'
  ]);
  expect(document.querySelector('dialog')).toBeNull();
});
