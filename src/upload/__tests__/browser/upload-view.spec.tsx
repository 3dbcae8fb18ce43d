import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { StreamedAnswer } from '../../../testing/browser-lake.js';
import { UploadView } from '../../browser/dialog/upload-view.js';
import type { IOrigin, ISource } from '../../browser/form.js';
import { LastChoices } from '../../browser/last-used.js';
import type { Job } from '../../contract.js';
import {
  ALICE,
  DEFAULTS,
  NEAR,
  planEnd,
  planned,
  Refusal,
  show,
  TAPE,
  uploadLake
} from './upload-lake.js';

const FOLDER: ISource = { path: 'results/my plots', isFolder: true };
const TABLE: ISource = { path: 'table.csv', isFolder: false };
const NOWHERE: IOrigin = { notebook: null, kernel: null, inputs: [] };

function dialog(
  lake: ReturnType<typeof uploadLake>,
  sources: readonly ISource[] = [FOLDER],
  origin: IOrigin = NOWHERE
) {
  const ended: (Job | null)[] = [];
  show(
    lake.services,
    <UploadView sources={sources} originOf={() => origin} onDone={job => ended.push(job)} />
  );
  return ended;
}

const button = () => screen.findByRole('button', { name: /^(Upload|Attach)/ });
const field = (name: string) => screen.findByLabelText(name);
const ready = async () => {
  await waitFor(async () => expect(await button()).toBeEnabled());
  return button();
};

it('knows sensible answers at once, and uploads a folder with one click', async () => {
  const lake = uploadLake();
  const ended = dialog(lake);
  expect(await field('Where to')).toHaveValue('NEAR');
  expect(await field('Where to')).toHaveFocus();
  expect(await field('Scope')).toHaveValue('user.alice');
  expect(await field('Name begins with')).toHaveValue('my_plots/');
  expect(await field('Dataset')).toHaveValue('user.alice:my_plots');
  expect(await field('Lifetime')).toHaveValue('days');
  expect(await field('How many days')).toHaveValue(30);
  expect(screen.getByText('results/my plots/')).toBeVisible();
  await userEvent.click(await ready());
  await waitFor(() => expect(ended.map(job => job?.id)).toEqual(['job00001']));
  expect(lake.askedOf('/uploads/start')).toEqual([
    {
      instance: 'near',
      sources: ['results/my plots'],
      include: [],
      exclude: [],
      scope: 'user.alice',
      prefix: 'my_plots/',
      separator: '/',
      rseExpression: 'NEAR',
      dataset: 'user.alice:my_plots',
      metadata: {},
      lifetimeSeconds: 30 * 86_400,
      copies: 1,
      activity: null,
      provenance: ['client', 'host', 'notebook', 'kernel', 'inputs'],
      notebook: null,
      kernel: null,
      inputs: []
    }
  ]);
});

it('takes the first RSE that may be written to where nobody has said one', async () => {
  const lake = uploadLake({
    defaults: () => ({ ...DEFAULTS, rseExpression: '' }),
    destinations: () => ({ destinations: [TAPE, NEAR] })
  });
  dialog(lake);
  expect(await field('Where to')).toHaveValue('NEAR');
});

it('leaves single files without a dataset and a prefix', async () => {
  const lake = uploadLake();
  dialog(lake, [TABLE, FOLDER]);
  expect(await field('Name begins with')).toHaveValue('');
  expect(screen.getByLabelText('Put the files into a dataset')).not.toBeChecked();
  await ready();
  expect(lake.askedOf('/uploads/plan')[0]).toMatchObject({
    sources: ['table.csv', 'results/my plots'],
    dataset: null
  });
});

it('sends nothing before the whole plan is known', async () => {
  const plan = new StreamedAnswer();
  const lake = uploadLake({ plan: () => plan });
  dialog(lake);
  expect(await button()).toBeDisabled();
  await waitFor(() => expect(lake.askedOf('/uploads/plan')).toHaveLength(1));
  plan.item([planned(), planned({ path: 'plots/b.png', did: 'user.alice:plots/b.png' })]);
  expect(await screen.findByText('Looking at the files: 2 so far …')).toBeVisible();
  expect(await button()).toBeDisabled();
  plan.end(planEnd([planned(), planned()]));
  expect(await screen.findByRole('button', { name: 'Upload 2 files' })).toBeEnabled();
  expect(screen.getByText('2 files, 2 kB, will be uploaded.')).toBeVisible();
  expect(lake.askedOf('/uploads/start')).toEqual([]);
});

it('shows each DID with its fate in words, and why one is refused', async () => {
  const files = [
    planned(),
    planned({ path: 'plots/old.png', did: 'user.alice:plots/old.png', fate: 'same' }),
    planned({
      path: 'plots/x.png',
      did: 'user.alice:plots/x.png',
      fate: 'other',
      problem: { code: 'exists-differs', message: 'It exists with other content.' }
    }),
    planned({
      path: 'plots/Étude.png',
      did: null,
      bytes: null,
      fate: 'refused',
      problem: { code: 'name-refused', message: 'A name has no such letter.' }
    }),
    planned({
      path: 'plots/.cache',
      did: null,
      fate: 'left-out',
      problem: { code: 'name-refused', message: 'Hidden files are left out.' }
    })
  ];
  const lake = uploadLake({ plan: () => ({ items: [files], end: planEnd(files) }) });
  dialog(lake);
  const list = await screen.findByRole('list', { name: 'Files' });
  const rows = within(list).getAllByRole('listitem');
  expect(rows.map(row => row.textContent)).toEqual([
    'user.alice:plots/a.pngnew1 kBplots/a.png',
    'user.alice:plots/old.pngthere already1 kBplots/old.png',
    'user.alice:plots/x.pngother content1 kBIt exists with other content.',
    'plots/Étude.pngrefused–A name has no such letter.',
    'plots/.cacheleft out1 kBHidden files are left out.'
  ]);
  await ready();
  expect(
    screen.getByText('1 file, 1 kB, will be uploaded. 1 is there already. 2 are refused.')
  ).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: '1 refused' }));
  expect(within(list).getAllByRole('listitem')).toHaveLength(1);
});

it('keeps a list of 10,000 files short', async () => {
  const files = Array.from({ length: 10_000 }, (_, nr) =>
    planned({ path: `plots/${nr}`, did: `user.alice:plots/${nr}` })
  );
  const lake = uploadLake({ plan: () => ({ items: [files], end: planEnd(files) }) });
  dialog(lake);
  expect(await screen.findByRole('button', { name: 'Upload 10,000 files' })).toBeEnabled();
  expect(screen.getAllByRole('listitem').length).toBeLessThan(60);
});

it('says what stops all of it as a sentence', async () => {
  const problem = {
    code: 'quota-exceeded' as const,
    message: 'This needs 9 GB, and 4.1 GB of your quota on NEAR is left.'
  };
  const lake = uploadLake({
    plan: () => ({ items: [[planned()]], end: planEnd([planned()], { rse: null, problem }) })
  });
  dialog(lake);
  expect(await screen.findByText(problem.message)).toBeVisible();
  expect(await button()).toBeDisabled();
  expect(await button()).toHaveAccessibleDescription(problem.message);
});

it('has nothing to upload where all is there, and attaches it where a dataset is wanted', async () => {
  const files = [planned({ fate: 'same' })];
  const lake = uploadLake({ plan: () => ({ items: [files], end: planEnd(files) }) });
  dialog(lake);
  expect(await screen.findByRole('button', { name: 'Attach 1 file' })).toBeEnabled();
  await userEvent.click(screen.getByLabelText('Put the files into a dataset'));
  expect(await screen.findByText('All of it is in the data lake already.')).toBeVisible();
  expect(await button()).toBeDisabled();
});

it('gives up the question when the form changes, and takes no late answer for the new one', async () => {
  const plans: StreamedAnswer[] = [];
  const lake = uploadLake({
    plan: () => {
      plans.push(new StreamedAnswer());
      return plans[plans.length - 1];
    }
  });
  dialog(lake);
  await waitFor(() => expect(plans).toHaveLength(1));
  plans[0].item([planned()]);
  await screen.findByText('user.alice:plots/a.png');
  await userEvent.type(await field('Name begins with'), 'v2/');
  expect(await button()).toBeDisabled();
  await waitFor(() => expect(plans).toHaveLength(2));
  expect(plans[0].cancelled).toBe(true);
  expect(lake.askedOf('/uploads/plan')[1]).toMatchObject({ prefix: 'my_plots/v2/' });
  plans[1].item([planned({ did: 'user.alice:v2/a.png' })]).end(planEnd([planned()]));
  expect(await screen.findByText('user.alice:v2/a.png')).toBeVisible();
  expect(screen.queryByText('user.alice:plots/a.png')).toBeNull();
  await ready();
});

it('says what is wrong with a field beside it, and asks the server nothing', async () => {
  const lake = uploadLake();
  dialog(lake);
  await ready();
  const dataset = await field('Dataset');
  await userEvent.clear(dataset);
  await userEvent.type(dataset, 'no colon');
  expect(dataset).toHaveAccessibleDescription(/A DID is written scope:name/);
  expect(dataset).toBeInvalid();
  expect(await button()).toBeDisabled();
  await userEvent.selectOptions(await field('Lifetime'), 'weeks');
  await userEvent.clear(await field('How many weeks'));
  expect(await field('How many weeks')).toHaveAccessibleDescription(/above zero/);
  await userEvent.selectOptions(await field('Lifetime'), 'never');
  expect(await field('Lifetime')).toHaveAccessibleDescription(
    'It stays until somebody removes it.'
  );
  fireEvent.change(dataset, { target: { value: 'user.alice:right' } });
  await ready();
  const datasets = lake.askedOf('/uploads/plan').map(asked => asked['dataset']);
  expect(datasets).toEqual(['user.alice:my_plots', 'user.alice:right']);
});

it('shows the RSEs of an expression, with room and with why not', async () => {
  const lake = uploadLake();
  dialog(lake);
  const list = await screen.findByRole('list', { name: 'RSEs of this expression' });
  await ready();
  expect(
    within(list)
      .getAllByRole('listitem')
      .map(row => row.textContent)
  ).toEqual([
    'NEARwill be taken4.1 GB of 5 GB quota left · 2 TB free',
    'TAPEcannot be written toIt is closed for writing at the moment.'
  ]);
});

it('completes the last term of an RSE expression by keyboard', async () => {
  const lake = uploadLake();
  dialog(lake);
  const expression = await field('Where to');
  await userEvent.clear(expression);
  await userEvent.type(expression, 'country=CH|ta');
  expect(await screen.findByRole('option', { name: /TAPE/ })).toBeVisible();
  await userEvent.keyboard('{ArrowDown}{Enter}');
  expect(expression).toHaveValue('country=CH|TAPE');
  expect(expression).toHaveAttribute('aria-expanded', 'false');
  await waitFor(() =>
    expect(lake.askedOf('/uploads/plan').at(-1)).toMatchObject({ rseExpression: 'country=CH|TAPE' })
  );
});

it('offers own scopes first, and takes the dataset along', async () => {
  const lake = uploadLake();
  dialog(lake);
  const scope = await field('Scope');
  await userEvent.click(scope);
  const list = screen.getByRole('listbox', { name: 'Scopes' });
  await waitFor(() =>
    expect(
      within(list)
        .getAllByRole('option')
        .map(one => one.textContent)
    ).toEqual(['group.wavesyours', 'obs.2024'])
  );
  await userEvent.click(within(list).getByRole('option', { name: /group.waves/ }));
  expect(scope).toHaveValue('group.waves');
  expect(await field('Dataset')).toHaveValue('group.waves:my_plots');
});

it('says whether the dataset is new or there', async () => {
  const lake = uploadLake();
  dialog(lake);
  expect(await screen.findByText('A new dataset.')).toBeVisible();
  lake.table.dataset = did => ({
    did,
    scope: 'user.alice',
    name: 'old',
    type: 'DATASET',
    bytes: 1,
    length: 20,
    account: 'alice',
    adler32: null,
    md5: null,
    open: true,
    createdAt: null,
    updatedAt: null,
    expiresAt: null,
    metadata: {}
  });
  const dataset = await field('Dataset');
  await userEvent.clear(dataset);
  await userEvent.type(dataset, 'user.alice:old');
  expect(
    await screen.findByText('It is there already, with 20 files: these are added.')
  ).toBeVisible();
});

it('takes metadata, patterns, copies and what is switched off', async () => {
  const lake = uploadLake();
  const origin = { notebook: 'analysis.ipynb', kernel: 'python3', inputs: ['obs:waves'] };
  dialog(lake, [FOLDER], origin);
  await userEvent.click(await screen.findByRole('button', { name: 'Add metadata' }));
  await userEvent.type(screen.getByLabelText('Key 1'), 'run');
  await userEvent.type(screen.getByLabelText('Value 1'), '42');
  await userEvent.click(screen.getByText('Advanced'));
  await userEvent.type(screen.getByLabelText('Only these'), '*.png\nlogs/**');
  await userEvent.clear(screen.getByLabelText('Copies'));
  await userEvent.type(screen.getByLabelText('Copies'), '2');
  await userEvent.click(screen.getByLabelText('The notebook: analysis.ipynb'));
  await userEvent.click(screen.getByLabelText('The host’s name'));
  await userEvent.click(await ready());
  await waitFor(() => expect(lake.askedOf('/uploads/start')).toHaveLength(1));
  expect(lake.askedOf('/uploads/start')[0]).toMatchObject({
    metadata: { run: '42' },
    include: ['*.png', 'logs/**'],
    copies: 2,
    provenance: ['client', 'kernel', 'inputs'],
    notebook: null,
    kernel: 'python3',
    inputs: ['obs:waves']
  });
});

it('says what went wrong with the start, and can be tried again', async () => {
  const lake = uploadLake({
    start: () =>
      new Refusal({ code: 'upload-list', message: 'The list of uploads cannot be read.' })
  });
  const ended = dialog(lake);
  await userEvent.click(await ready());
  expect(await screen.findByRole('alert')).toHaveTextContent('The list of uploads cannot be read.');
  expect(ended).toEqual([]);
  expect(await button()).toBeEnabled();
});

it('says that it could not be checked, and checks again on Retry', async () => {
  const lake = uploadLake({
    plan: () => new Refusal({ code: 'rucio-unreachable', message: 'Away.' })
  });
  dialog(lake);
  expect(await screen.findByRole('alert')).toHaveTextContent('Rucio cannot be reached.');
  expect(await button()).toBeDisabled();
  lake.table.plan = () => ({ items: [[planned()]], end: planEnd([planned()]) });
  await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
  await ready();
});

it('remembers the last choices of an instance', async () => {
  const kept = new Map<string, unknown>();
  const state = {
    fetch: async (key: string) => kept.get(key),
    save: async (key: string, value: unknown) => void kept.set(key, value)
  };
  const open = (instances = [ALICE]) => {
    const lake = uploadLake({}, instances);
    const services = { ...lake.services, last: new LastChoices(state as never) };
    return { ...lake, services };
  };
  dialog(open());
  await userEvent.selectOptions(await field('Lifetime'), 'never');
  await userEvent.clear(await field('Where to'));
  await userEvent.type(await field('Where to'), 'TAPE');
  await userEvent.click(await ready());
  await waitFor(() => expect(kept.size).toBe(1));
  document.body.replaceChildren();
  dialog(open());
  expect(await field('Where to')).toHaveValue('TAPE');
  expect(await field('Lifetime')).toHaveValue('never');
  document.body.replaceChildren();
  dialog(open([{ ...ALICE, instance: 'far' }]));
  expect(await field('Where to')).toHaveValue(DEFAULTS.rseExpression);
});

it('asks which lake where there are several', async () => {
  const lake = uploadLake({}, [ALICE, { ...ALICE, instance: 'far', displayName: 'far away' }]);
  dialog(lake);
  await userEvent.selectOptions(await field('Data lake'), 'far away');
  await userEvent.click(await ready());
  await waitFor(() =>
    expect(lake.askedOf('/uploads/start').map(({ instance }) => instance)).toEqual(['far'])
  );
});

it('says that no RSE fits', async () => {
  const lake = uploadLake({
    destinations: expression => ({ destinations: expression === undefined ? [NEAR, TAPE] : [] })
  });
  dialog(lake);
  expect(await screen.findByText('No RSE fits this expression.')).toBeVisible();
});

it('keeps what was typed and not sent for the next time, until it is sent or taken back', async () => {
  const lake = uploadLake();
  dialog(lake);
  fireEvent.change(await field('Name begins with'), { target: { value: 'run7/' } });
  cleanup();

  dialog(lake, [TABLE]);
  expect(await field('Name begins with')).toHaveValue('');
  cleanup();

  dialog(lake);
  expect(await field('Name begins with')).toHaveValue('run7/');
  await userEvent.click(screen.getByRole('button', { name: 'Start over' }));
  expect(await field('Name begins with')).toHaveValue('my_plots/');
  expect(await field('Where to')).toHaveFocus();
  expect(screen.queryByText('As you left it.')).toBeNull();
  fireEvent.change(await field('Name begins with'), { target: { value: 'run8/' } });
  await userEvent.click(await ready());
  await waitFor(() => expect(lake.askedOf('/uploads/start')).toHaveLength(1));
  cleanup();

  dialog(lake);
  expect(await field('Name begins with')).toHaveValue('my_plots/');
});
