import { expect, test } from '@playwright/test';
import { join } from 'node:path';
import { LabPage } from '../support/lab-page.ts';
import { picture } from '../support/pictures.ts';
import { freshTokensAt, FULL_LAKE, hub, IAM, livesPass, typePassword } from '../support/sign-in.ts';
import { programs, WatchingTerminal } from '../support/terminal.ts';

/** Programs have a third of it, from a renewal to the end of the token before. */
const LIFE_SECONDS = 40;
const LIVES = 2;
const DID = 'obs.2024:event_0517';
const HUB = `http://127.0.0.1:${FULL_LAKE.ports.hubProxy}`;
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const exchanges = async () => (await IAM.control.stats()).grants[EXCHANGE] ?? 0;
const HOME = join(FULL_LAKE.folder, 'hub/home/alice');

test.beforeAll(async () => {
  test.setTimeout(180_000);
  await IAM.control.turn({ accessTokenSeconds: LIFE_SECONDS, fault: null });
  hub('up');
});
test.afterAll(() => hub('down'));

test('signed in at JupyterHub, and nowhere else', async ({ page }) => {
  test.setTimeout(480_000);
  const lab = new LabPage(page);

  await test.step('JupyterHub asks who it is', async () => {
    await page.goto(`${HUB}/hub/oauth_login`);
    await typePassword(page, 'alice');
    await page.waitForURL(`${HUB}/user/alice/lab**`, { timeout: 120_000 });
    await lab.isRestored();
  });

  await test.step('the panel does not', async () => {
    await lab.openPanel();
    await expect(lab.panel.getByRole('button', { name: /^Account: alice/ })).toBeVisible();
    await picture(page, 'hub');
  });

  const targets = await freshTokensAt(page, `${HUB}/user/alice/`);
  const storage = targets.find(({ name }) => name === 'storage')?.file ?? '';
  const terminal = await WatchingTerminal.open(page, HOME, programs());

  await test.step('several lives pass, and programs in a terminal work all along', async () => {
    const [began, before] = [Date.now(), await exchanges()];
    await livesPass(storage, LIVES, () => expect(terminal.failures).toEqual([]));
    const lives = (Date.now() - began) / 1000 / LIFE_SECONDS;
    expect((await exchanges()) - before).toBeLessThan(2 * targets.length * (lives + 1));
  });

  await test.step('data becomes available', async () => {
    await lab.search(DID);
    await lab.row(DID).getByRole('gridcell').first().click({ button: 'right' });
    await lab.menuItem('Make Available').click();
    await expect(lab.row(DID).getByRole('img', { name: 'Available', exact: true })).toBeVisible({
      timeout: 90_000
    });
    expect(terminal.failures).toEqual([]);
  });
});
