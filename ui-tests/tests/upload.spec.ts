import { expect, test, type Locator, type Page } from '@playwright/test';
import { existsSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { watchNotifications } from '../support/away.ts';
import { FOLDER, LAKE, SERVER } from '../support/demo.ts';
import { LabPage, newNotebook } from '../support/lab-page.ts';
import { fileAt, filesOn, folderOf, sha256 } from '../support/lake.ts';
import { openTerminal, typed } from '../support/shell.ts';
import { check, setTheme } from '../support/views.ts';

const RUN = Date.now();
const NAME = `results-${RUN}`;
const DATASET = `user.alice:${NAME}`;
const BY_TERMINAL = `${DATASET}-typed`;
const BY_SCRATCH = `${DATASET}-moved`;
const WRITTEN = ['waves.csv', 'waves.png', 'deep/notes.txt'];

const MAKE = `%matplotlib inline
import csv, math, pathlib
import matplotlib.pyplot as plt
folder = pathlib.Path('${NAME}')
(folder / 'deep').mkdir(parents=True, exist_ok=True)
rows = [(x, math.sin(x / 10)) for x in range(200)]
with open(folder / 'waves.csv', 'w') as file:
    csv.writer(file).writerows(rows)
plt.plot(*zip(*rows))
plt.savefig(folder / 'waves.png')
(folder / 'deep' / 'notes.txt').write_text('read me')
print('written')`;
const variable = (did: string) => did.split(':')[1].replaceAll('-', '_');
/** The table, and what the bytes of all files are that each variable leads to. */
const READ = `import csv, hashlib
table = next(path for path in ${variable(DATASET)} if path.endswith('.csv'))
print(len(list(csv.reader(open(table)))), table)
for files in ${[DATASET, BY_TERMINAL, BY_SCRATCH].map(variable).join(', ')}:
    print(*sorted(hashlib.sha256(open(path, 'rb').read()).hexdigest() for path in files))`;

/** One page for all of them: each begins where the one before has left JupyterLab. */
test.describe.configure({ mode: 'serial' });

let page: Page;
let lab: LabPage;
let dialog: Locator;
let upload: Locator;
/** The newest upload in the panel. */
let job: Locator;

test.beforeAll(async ({ browser }) => {
  const context = await browser.newContext();
  page = await context.newPage();
  lab = new LabPage(page);
  dialog = page.getByRole('dialog', { name: 'Upload to the Data Lake' });
  upload = dialog.getByRole('button', { name: /^Upload/ });
  job = lab.section('Uploads').locator('.jp-DataLakeJob').first();
  await lab.open(newNotebook('upload-story', [MAKE]));
  await setTheme(lab, 'light');
});

test.afterAll(() => page.context().close());

/** Opens the dialog by the menu of the file browser. */
async function chooseInMenu(name: string): Promise<void> {
  const tab = page.getByRole('tab', { name: /^File Browser/ });
  // A click on the one that is shown would hide it.
  if ((await tab.getAttribute('aria-selected')) !== 'true') {
    await tab.click();
  }
  await page.getByRole('button', { name: 'Refresh the file browser.' }).click();
  const item = page.locator('.jp-DirListing-item').filter({ hasText: name });
  await item.click({ button: 'right' });
  await lab.menuItem('Upload to Data Lake…').click();
}

/** What is being dragged lies between the pointer and what is below it. */
async function moveTo(target: Locator): Promise<void> {
  const box = await target.boundingBox();
  if (box === null) {
    throw new Error('It is not in sight.');
  }
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
}

const digests = () => WRITTEN.map(name => sha256(join(FOLDER, NAME, name)));
/** Those of what lies at the store. */
const stored = (rse: string, did: string) =>
  WRITTEN.map(name => sha256(fileAt(rse, `${did.split(':')[1]}/${name}`)));

test('from a folder in the file browser, a terminal and scratch space to another notebook', async () => {
  test.setTimeout(600_000);

  await test.step('write a plot and a table', async () => {
    expect(await lab.text(0)).toContain('written');
  });

  await test.step('right-click the folder: the dialog has answers', async () => {
    await chooseInMenu(NAME);
    await expect(dialog.getByLabel('Scope', { exact: true })).toHaveValue('user.alice');
    await expect(dialog.getByLabel('Dataset', { exact: true })).toHaveValue(DATASET);
    await expect(upload).toHaveText('Upload 3 files');
    await expect(dialog.getByRole('list', { name: 'Files' }).getByRole('listitem')).toHaveCount(3);
    await check(page, 'upload-dialog', '.jp-DataLakeUploadDialog');
  });

  await test.step('what most never need is folded', async () => {
    await dialog.getByText('Advanced').click();
    await dialog.getByLabel('The notebook: upload-story.ipynb').scrollIntoViewIfNeeded();
    await check(page, 'upload-advanced', '.jp-DataLakeUploadDialog');
  });

  await test.step('watch it end', async () => {
    const words = `${NAME} → ${DATASET}: 3 files are in the data lake.`;
    const told = await watchNotifications(page, words);
    await upload.click();
    await expect(dialog).toHaveCount(0);
    await expect(job).toHaveAttribute('data-state', 'done');
    await expect.poll(told).toHaveLength(1);
    await job.getByRole('button', { expanded: false }).click();
    await expect(job.getByRole('listitem')).toHaveCount(3);
    await check(page, 'uploads');
    await setTheme(lab, 'dark');
    await job.getByRole('button', { name: 'Log', exact: true }).click();
    await expect(job.getByRole('log')).toContainText('Upload of');
    await check(page, 'uploads-dark');
    expect(stored('MYSITE_USERDISK', DATASET)).toEqual(digests());
  });

  await test.step('see it in the catalogue', async () => {
    await job.getByRole('button', { name: 'Show dataset' }).click();
    await expect(lab.row(DATASET)).toBeVisible();
    await lab.row(DATASET).locator('[data-caret]').click();
    await expect(lab.row(`user.alice:${NAME}/waves.csv`, 2)).toBeVisible();
  });

  await test.step('files can be dragged onto the panel, by its tab', async () => {
    await page.getByRole('tab', { name: /^File Browser/ }).click();
    const folder = page.locator('.jp-DirListing-item').filter({ hasText: NAME });
    await folder.hover();
    await page.mouse.down();
    await moveTo(page.getByRole('tab', { name: 'Data Lake' }));
    await expect(lab.panel).toBeVisible();
    await moveTo(lab.section('Uploads'));
    await page.mouse.up();
    await expect(dialog.getByRole('button', { name: 'Attach 3 files' })).toBeEnabled();
    await expect(dialog.getByRole('button', { name: '3 there already' })).toBeVisible();
    await check(page, 'upload-dialog-dark', '.jp-DataLakeUploadDialog');
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  });

  const command = (did: string, rse: string) =>
    `datalake upload -s user.alice -p ${did.split(':')[1]}/ --rse ${rse} --dataset ${did}`;
  const title = (did: string) => job.getByRole('button', { name: `→ ${did}` });

  await test.step('the same from a terminal', async () => {
    await setTheme(lab, 'light');
    await openTerminal(page);
    expect(await typed(page, `${command(BY_TERMINAL, 'MYSITE_USERDISK')} ${NAME}`)).toBe(0);
    await expect(title(BY_TERMINAL)).toBeVisible();
    expect(stored('MYSITE_USERDISK', BY_TERMINAL)).toEqual(digests());
  });

  await test.step('and from scratch space: the lake itself moves it', async () => {
    const folder = join(LAKE.scratch.path, `${NAME}-moved`);
    const moved = `${command(BY_SCRATCH, LAKE.mount.rse)} ${folder}`;
    expect(await typed(page, `cp -r ${NAME} ${folder} && ${moved}`)).toBe(0);
    await expect(title(BY_SCRATCH)).toBeVisible();
    await check(page, 'upload-terminal');
    expect(stored(LAKE.mount.rse, BY_SCRATCH)).toEqual(digests());
    await lab.search(BY_SCRATCH);
    await expect(
      lab.row(BY_SCRATCH).getByRole('img', { name: 'Available', exact: true })
    ).toBeVisible();
    // Rucio removes what it has a copy of.
    await expect.poll(() => existsSync(join(folder, 'waves.csv')), { timeout: 90_000 }).toBe(false);
  });

  await test.step('read all of it in another notebook, through its cart', async () => {
    await lab.open(newNotebook('upload-reader', [READ]));
    await lab.openPanel();
    for (const did of [BY_SCRATCH, BY_TERMINAL]) {
      await lab.search(did);
      await lab.addToCart(did);
    }
    await lab.search(DATASET);
    await lab.makeAvailable(DATASET);
    await expect(lab.pill).toHaveText('Data: ready');
    const [table, ...read] = (await lab.text(0)).split('\n');
    expect(table).toMatch(/^200 .*waves\.csv$/);
    expect(read).toEqual(Array(3).fill(digests().sort().join(' ')));
    await check(page, 'upload-read');
  });
});

test('what cannot be uploaded is said before anything is sent, and sent when it is mended', async () => {
  const folder = join(FOLDER, `mixed-${RUN}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'good.txt'), 'good');
  writeFileSync(join(folder, 'empty.txt'), '');
  writeFileSync(join(folder, 'Étude 1.txt'), 'a name that Rucio does not take');
  writeFileSync(join(folder, '.hidden'), 'not for others');
  symlinkSync('/etc/passwd', join(folder, 'passwd'));
  await chooseInMenu(`mixed-${RUN}`);
  await expect(dialog.getByRole('button', { name: 'Upload 2 files' })).toBeEnabled();
  const row = (name: string) => dialog.getByRole('listitem').filter({ hasText: name });
  await expect(row('good.txt')).toContainText('new');
  await expect(row('empty.txt')).toContainText('new');
  await expect(row('Étude 1.txt')).toContainText('refused');
  await expect(row('passwd')).toContainText('refused');
  await check(page, 'upload-refused', '.jp-DataLakeUploadDialog');
  const where = await dialog.getByLabel('Where to').inputValue();
  await dialog.getByLabel('Where to').fill('SITEA_DISK');
  await expect(upload).toBeDisabled();
  await expect(dialog.getByRole('status')).not.toContainText('Looking');
  await check(page, 'upload-no-place', '.jp-DataLakeUploadDialog');

  // What was typed is there again.
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await chooseInMenu(`mixed-${RUN}`);
  await expect(dialog.getByLabel('Where to')).toHaveValue('SITEA_DISK');
  await dialog.getByRole('button', { name: 'Start over' }).click();
  await expect(dialog.getByLabel('Where to')).toHaveValue(where);
  await upload.click();
  await expect(job).toHaveAttribute('data-state', 'partly');
  await expect(job).toContainText('2 of 4 files');
  await check(page, 'upload-partly');

  rmSync(join(folder, 'passwd'));
  writeFileSync(join(folder, 'passwd'), 'a file of its own');
  await job.getByRole('button', { name: 'Retry' }).click();
  await expect(job).toContainText('3 of 4 files');
  expect(sha256(fileAt('MYSITE_USERDISK', `mixed-${RUN}/passwd`))).toBe(
    sha256(join(folder, 'passwd'))
  );
});

test('an upload is paused and cancelled, and goes on while nobody looks', async () => {
  const folder = join(FOLDER, `long-${RUN}`);
  mkdirSync(folder);
  for (let nr = 0; nr < 9; nr++) {
    // Minutes, at the demo's bandwidth; holes, so that it takes no room here.
    writeFileSync(join(folder, `${nr}.bin`), '');
    truncateSync(join(folder, `${nr}.bin`), 100_000_000);
  }
  const sent = async () => {
    const answer = await page.request.get(`${SERVER.url}jupyterlab-datalake/api/uploads`);
    const { jobs } = (await answer.json()) as {
      jobs: { state: string; bytes: { sent: number } }[];
    };
    return jobs[0].bytes.sent;
  };
  const press = (name: string) => job.getByRole('button', { name, exact: true }).click();

  await test.step('it says how far it is, how fast, and how long it will take', async () => {
    await chooseInMenu(`long-${RUN}`);
    await upload.click();
    await expect(job.getByRole('progressbar')).toBeVisible();
    await expect(job).toContainText(/MB\/s.*left/);
    await job.getByRole('button', { expanded: false }).click();
    await expect(job.getByRole('listitem').first()).toContainText('being sent');
    await check(page, 'upload-running');
  });

  await test.step('paused, nothing is sent', async () => {
    await press('Pause');
    await expect(job).toHaveAttribute('data-state', 'paused');
    await expect(job).not.toContainText('MB/s');
    await setTheme(lab, 'dark');
    await check(page, 'upload-paused-dark');
    await setTheme(lab, 'light');
  });

  await test.step('resumed, it goes on without a browser', async () => {
    await press('Resume');
    await expect(job).toHaveAttribute('data-state', 'running');
    await page.goto('about:blank');
    const before = await sent();
    await expect.poll(sent).toBeGreaterThan(before);
    await lab.open();
    await lab.openPanel();
    await lab.section('Uploads').getByRole('button', { name: 'Uploads', exact: true }).click();
    await expect(job).toHaveAttribute('data-state', 'running');
    await expect(job).toContainText(/MB\/s.*left/);
  });

  await test.step('cancelled, nothing of it stays', async () => {
    await press('Cancel');
    await expect(job).toHaveAttribute('data-state', 'cancelled');
    await check(page, 'upload-cancelled');
    const there = [...filesOn(folderOf('MYSITE_USERDISK')).values()];
    expect(there.filter(path => path.includes(`long-${RUN}`))).toEqual([]);
    await press('Remove');
    await expect(job).not.toContainText(`long-${RUN}`);
  });
});

test('files can be chosen from the panel, and an upload worked by keys alone', async () => {
  const name = `keys-${RUN}.txt`;
  writeFileSync(join(FOLDER, name), 'by keys');
  await lab.section('Uploads').getByRole('button', { name: 'Upload files …' }).click();
  const chooser = page.locator('.jp-Dialog');
  await chooser.locator('.jp-DirListing-item').filter({ hasText: name }).click();
  await chooser.getByRole('button', { name: 'Select' }).click();
  await expect(dialog.getByLabel('Where to')).toBeFocused();
  await expect(dialog.getByRole('button', { name: 'Upload 1 file' })).toBeEnabled();
  await page.keyboard.press('Tab');
  await expect(dialog.getByLabel('Lifetime')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(dialog.getByLabel('Scope', { exact: true })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(dialog.getByRole('listbox', { name: 'Scopes' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog.getByRole('listbox', { name: 'Scopes' })).toBeHidden();
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(job).toContainText(name);
  await expect(job).toHaveAttribute('data-state', 'done');
});
