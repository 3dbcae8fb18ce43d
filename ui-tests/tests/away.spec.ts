import { expect, test, type Page } from '@playwright/test';
import { setTimeout } from 'node:timers/promises';
import { fallAsleep, stop, watchNotifications } from '../support/away.ts';
import { LAKE, SERVER, SERVER_PID } from '../support/demo.ts';
import { LabPage, newNotebook } from '../support/lab-page.ts';
import { filesOn, slowCopies } from '../support/lake.ts';

/** In `make drill`: away for a minute, so long that the page itself notices. */
const WHOLE = process.env['DATALAKE_DRILL'] !== undefined;

/** One page for all of them, with one notebook. The last one leaves JupyterLab's own word about the connection. */
test.describe.configure({ mode: 'serial', timeout: 240_000 });

let page: Page;
let lab: LabPage;

test.beforeAll(async ({ browser }) => {
  const context = await browser.newContext();
  page = await context.newPage();
  lab = new LabPage(page);
  await lab.open(newNotebook('away', ['1 + 1']));
  await lab.openPanel();
});

test.afterEach(() => slowCopies(0));
test.afterAll(() => page.context().close());

interface IDataset {
  did: string;
  files: number;
  named: RegExp;
}
const OFFLINE: IDataset = {
  did: 'sky.survey:sky_images',
  files: 7,
  named: /^(1904|dss|j94|m13|o4sp|sip)/
};
const ASLEEP: IDataset = {
  did: 'sun.2011:solar_images',
  files: 5,
  named: /^(efz|heliographic|hsi|resampled)/
};
const BOTH: IDataset = { did: 'obs.formats:gse2_samples', files: 9, named: /\.(gse2?|z)$/ };

/** The dataset is in the cart and in the catalogue, and on its way. */
async function underWay({ did, named }: IDataset) {
  await lab.search(did);
  await expect(lab.row(did).getByRole('img', { name: 'Not available' })).toBeVisible();
  expect(arrived(named)).toBe(0);
  await lab.addToCart(did);
  const told = await watchNotifications(page, `${did} has arrived`);
  // So slowly that most of it is still to come.
  slowCopies(3);
  const make = lab.section('Cart').getByRole('group', { name: 'Make Available' });
  // It has been asked for before anything is cut off.
  const asked = page.waitForResponse(/\/api\/availability\/make\b/);
  await make.getByRole('button', { name: /^Make (all )?available$/ }).click();
  expect((await asked).status()).toBe(200);
  await expect(lab.cartItem(did).locator('[data-state="REPLICATING"]')).toBeVisible();
  return told;
}

const arrived = (named: RegExp): number =>
  [...filesOn(LAKE.mount.path).keys()].filter(file => named.test(file)).length;

/** The rest is copied at once; returns when all of it is there. */
async function arrives({ files, named }: IDataset): Promise<void> {
  expect(arrived(named)).toBeLessThan(files);
  slowCopies(0);
  await expect.poll(() => arrived(named), { timeout: 60_000 }).toBe(files);
}

/** Nobody has pressed anything: both places show it, and it is told once. */
async function isSeen({ did }: IDataset, told: () => Promise<string[]>): Promise<void> {
  for (const place of [lab.cartItem(did), lab.row(did)]) {
    await expect(place.getByRole('img', { name: 'Available', exact: true })).toBeVisible({
      timeout: 90_000
    });
  }
  await expect(lab.pill).toHaveText('Data: ready');
  await expect.poll(told).toHaveLength(1);
  await expect(lab.panel.getByText('No connection to the server')).toHaveCount(0);
}

/** What the server says of it by now, whatever the page knows. */
async function stateOf({ did }: IDataset): Promise<string | undefined> {
  const answer = await fetch(`${SERVER.url}jupyterlab-datalake/api/availability`, {
    method: 'POST',
    headers: { Authorization: `token ${SERVER.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ dids: [did] })
  });
  const { answers } = (await answer.json()) as {
    answers: { availability?: { state: string } }[];
  };
  return answers[0]?.availability?.state;
}

test('a laptop that was asleep shows what has arrived meanwhile', async () => {
  const told = await underWay(ASLEEP);
  const wake = await fallAsleep(page);
  await arrives(ASLEEP);
  await expect.poll(() => stateOf(ASLEEP), { timeout: 60_000 }).toBe('AVAILABLE');
  await wake();
  await isSeen(ASLEEP, told);
});

test('so does one with which Jupyter was asleep, too', async () => {
  const told = await underWay(BOTH);
  const wake = await fallAsleep(page);
  const goOn = stop(SERVER_PID);
  try {
    await arrives(BOTH);
    if (WHOLE) {
      await setTimeout(60_000);
    }
  } finally {
    goOn();
  }
  await wake();
  await isSeen(BOTH, told);
});

test('a browser that was offline shows what has arrived meanwhile', async () => {
  const told = await underWay(OFFLINE);
  await page.context().setOffline(true);
  await arrives(OFFLINE);
  await expect.poll(() => stateOf(OFFLINE), { timeout: 60_000 }).toBe('AVAILABLE');
  await expect(lab.cartItem(OFFLINE.did).locator('[data-state="AVAILABLE"]')).toHaveCount(0);
  if (WHOLE) {
    const line = lab.panel.getByText('No connection to the server');
    await expect(line).toBeVisible({ timeout: 90_000 });
  }
  expect(await told()).toEqual([]);
  await page.context().setOffline(false);
  await isSeen(OFFLINE, told);
});
