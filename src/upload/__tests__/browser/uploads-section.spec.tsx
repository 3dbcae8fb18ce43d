import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { UploadsHeader, UploadsSection } from '../../browser/uploads-section.js';
import type { Job, JobState } from '../../contract.js';
import { file, job, Refusal, show, uploadLake } from './upload-lake.js';

const AWAY = { code: 'rucio-unreachable' as const, message: 'No answer.', detail: 'ECONNREFUSED' };

function section(jobs: Job[], change: Parameters<typeof uploadLake>[0] = {}) {
  const lake = uploadLake({ jobs: () => ({ jobs }), ...change });
  show(lake.services, <UploadsSection />);
  return lake;
}

/** JupyterLab's dialogs are `dialog` elements that are never opened as such: jsdom takes them for hidden. */
const dialog = () => screen.findByRole('dialog', { hidden: true });
const item = () => screen.findByRole('listitem');

it('says what it is for while nothing is uploaded', async () => {
  section([]);
  expect(await screen.findByText('Nothing is being uploaded.')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Choose files …' })).toBeVisible();
});

it('shows how far an upload is, how fast, and how long it will take', async () => {
  section([job()]);
  const row = await item();
  expect(row).toHaveTextContent('Uploading');
  expect(row).toHaveTextContent(
    '7 of 12 files3.4 MB of 10 MB1 were there already3.1 MB/s2 min left'
  );
  const bar = within(row).getByRole('progressbar');
  expect(bar).toHaveAttribute('aria-valuenow', '34');
  expect(bar).toHaveAttribute('aria-valuetext', '34 %, 7 of 12 files');
});

it.each<[JobState, string, string[]]>([
  ['planning', 'Looking at the files', ['Pause', 'Cancel']],
  ['running', 'Uploading', ['Pause', 'Cancel']],
  ['paused', 'Paused', ['Resume', 'Cancel']],
  ['cancelling', 'Cancelling', []],
  ['done', 'Done', ['Remove']],
  ['partly', 'Some failed', ['Retry', 'Remove']],
  ['failed', 'Failed', ['Retry', 'Remove']],
  ['cancelled', 'Cancelled', ['Remove']]
])('has a word and what can be done for %s', async (state, word, actions) => {
  section([job({ state })]);
  const row = await item();
  expect(within(row).getByText(word)).toBeVisible();
  const group = within(row).queryByRole('group', { name: 'What can be done' });
  const buttons = group === null ? [] : within(group).getAllByRole('button');
  expect(buttons.map(button => button.textContent)).toEqual(actions);
});

it.each<[Partial<Job>, string, string]>([
  [{ problem: AWAY }, 'Waiting', 'It is tried again by itself.'],
  [{ problem: { ...AWAY, retryAfterSeconds: 30 } }, 'Waiting', 'again by itself in 30 s.'],
  [
    { problem: { code: 'not-signed-in', message: 'No token.' } },
    'Waiting',
    'You are not signed in to the data lake. It goes on by itself when you have signed in.'
  ],
  [
    { state: 'failed', problem: { code: 'store-full', message: 'The store is full.' } },
    'Failed',
    'The store is full. Retry sends what is missing.'
  ]
])('says what keeps it, and what happens next: %j', async (change, word, sentence) => {
  section([job(change)]);
  const row = await item();
  expect(within(row).getByText(word)).toBeVisible();
  expect(within(row).getByRole('status')).toHaveTextContent(sentence);
});

it('wishes what is pressed, and reads the list again', async () => {
  let state: JobState = 'running';
  const lake = section([], {
    jobs: () => ({ jobs: [job({ state })] }),
    wish: ({ want }) => {
      state = want === 'pause' ? 'paused' : 'running';
      return { job: job({ state }) };
    }
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Pause' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Resume' }));
  await screen.findByRole('button', { name: 'Pause' });
  expect(lake.askedOf('/uploads/wish')).toEqual([
    { job: 'job00001', want: 'pause' },
    { job: 'job00001', want: 'resume' }
  ]);
});

it('asks before it cancels what is done in part, and not where nothing is', async () => {
  let done = 3;
  const lake = section([], {
    jobs: () => ({ jobs: [job({ files: { total: 12, done, skipped: 0, failed: 0 } })] })
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
  const question = await dialog();
  expect(question).toHaveTextContent('3 files are in the data lake already, and stay there.');
  await userEvent.click(within(question).getByText('Keep Uploading'));
  await waitFor(() => expect(document.querySelector('dialog')).toBeNull());
  expect(lake.askedOf('/uploads/wish')).toEqual([]);

  await userEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
  const again = await dialog();
  await userEvent.click(within(again).getByText('Cancel the Upload'));
  await waitFor(() => expect(lake.askedOf('/uploads/wish')).toHaveLength(1));

  done = 0;
  await waitFor(() => expect(screen.getByRole('button', { name: 'Cancel' })).toBeEnabled());
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(lake.askedOf('/uploads/wish')).toHaveLength(2));
});

it('reads again when news come, also those that come while it reads', async () => {
  let sent = 1_000_000;
  let hold: (() => void) | null = null;
  const { sockets, askedOf } = section([], {
    jobs: async () => {
      const bytes = { total: 10_000_000, sent };
      if (sent === 2_000_000 && hold === null) {
        await new Promise<void>(resolve => {
          hold = resolve;
        });
      }
      return { jobs: [job({ bytes })] };
    }
  });
  await screen.findByText('1 MB of 10 MB');
  act(() => sockets[0].open());
  expect(JSON.parse(sockets[0].sent[0])).toEqual({ watch: ['uploads'] });
  sent = 2_000_000;
  act(() => sockets[0].say({ key: 'uploads' }));
  await waitFor(() => expect(hold).not.toBeNull());
  sent = 3_000_000;
  act(() => sockets[0].say({ key: 'uploads' }));
  act(() => sockets[0].say({ key: 'uploads' }));
  act(() => hold?.());
  expect(await screen.findByText('3 MB of 10 MB')).toBeVisible();
  expect(askedOf('/uploads')).toHaveLength(3);
});

it('opens to its files, those that failed alone, and its log', async () => {
  const failed = file({
    nr: 1,
    path: 'plots/b.png',
    state: 'failed',
    problem: { code: 'source-unreadable', message: 'It cannot be read.' }
  });
  const lake = section(
    [job({ state: 'partly', files: { total: 2, done: 1, skipped: 0, failed: 1 } })],
    {
      files: ({ state }) => ({
        files: state === 'failed' ? [failed] : [file(), failed],
        next: null
      }),
      log: () => ({
        lines: [{ at: '2026-11-22T10:00:00Z', level: 'error', text: 'It cannot be read.' }]
      })
    }
  );
  const toggle = await screen.findByRole('button', { name: 'plots/ → user.alice:plots' });
  expect(lake.askedOf('/uploads/files')).toEqual([]);
  toggle.focus();
  await userEvent.keyboard('{Enter}');
  const list = await screen.findByRole('list', { name: 'Files' });
  expect(
    within(list)
      .getAllByRole('listitem')
      .map(row => row.textContent)
  ).toEqual(['plots/a.pngdone1 kB', 'plots/b.pngfailed1 kBIt cannot be read.']);
  await userEvent.click(screen.getByLabelText('Only those that failed (1)'));
  await waitFor(() =>
    expect(
      within(screen.getByRole('list', { name: 'Files' })).getAllByRole('listitem')
    ).toHaveLength(1)
  );
  await userEvent.click(screen.getByRole('button', { name: 'Log' }));
  expect(await screen.findByRole('log')).toHaveTextContent('Error: It cannot be read.');
});

it('says of no file that it is being sent while the upload is paused', async () => {
  section([job({ state: 'paused' })], {
    files: () => ({ files: [file({ state: 'sending', sent: 500 })], next: null })
  });
  await userEvent.click(await screen.findByRole('button', { expanded: false }));
  const list = await screen.findByRole('list', { name: 'Files' });
  expect(await within(list).findByRole('listitem')).toHaveTextContent('plots/a.pngpaused50 %');
});

it('reads the files of a large upload as they are scrolled to', async () => {
  const lake = section([job({ files: { total: 1000, done: 0, skipped: 0, failed: 0 } })], {
    files: ({ after, limit }) => ({
      files: Array.from({ length: limit }, (_, index) =>
        file({ nr: after + 1 + index, path: `plots/${after + 1 + index}` })
      ),
      next: after + limit < 999 ? after + limit : null
    })
  });
  await userEvent.click(await screen.findByRole('button', { name: 'plots/ → user.alice:plots' }));
  const list = await screen.findByRole('list', { name: 'Files' });
  expect(within(list).getAllByRole('listitem').length).toBeLessThan(60);
  expect(lake.askedOf('/uploads/files').map(({ after }) => after)).toEqual(['-1']);
  list.scrollTop = 190 * 24;
  act(() => void list.dispatchEvent(new Event('scroll')));
  await waitFor(() => expect(lake.askedOf('/uploads/files')[1]).toMatchObject({ after: '199' }));
});

it('says that it could not ask, and asks again on Retry', async () => {
  let down = true;
  section([], {
    jobs: () =>
      down
        ? new Refusal({ code: 'upload-list', message: 'The list cannot be read.' })
        : { jobs: [job()] }
  });
  expect(await screen.findByRole('alert')).toHaveTextContent('The list cannot be read.');
  down = false;
  await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
  await item();
});

it('counts beside the title what is under way and what failed', async () => {
  const lake = uploadLake({
    jobs: () => ({
      jobs: [
        job(),
        job({ id: 'job00002', state: 'paused' }),
        job({ id: 'job00003', state: 'partly' }),
        job({ id: 'job00004', state: 'done' })
      ]
    })
  });
  show(lake.services, <UploadsHeader />);
  expect(await screen.findByText('2 under way · 1 failed')).toBeVisible();
});
