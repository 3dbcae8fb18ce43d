import { expect, test } from '@playwright/test';
import { SERVER } from '../support/demo.ts';
import { LabPage, newNotebook } from '../support/lab-page.ts';
import { startLake, stopRucio } from '../support/lake.ts';
import { view } from '../support/pictures.ts';
import { check, setTheme } from '../support/views.ts';

/** Of the lake's own accounts; on the mounted RSE there is nothing of it. */
const DID = 'obs.2024:event_0419';
const TABS = 10;

test('ten tabs are live, and Jupyter still answers', async ({ page, context }) => {
  test.setTimeout(600_000);
  const labs: LabPage[] = [];
  for (let tab = 0; tab < TABS; tab++) {
    const lab = new LabPage(tab === 0 ? page : await context.newPage());
    await lab.open();
    await lab.openPanel();
    await lab.search(DID);
    await expect(lab.row(DID).getByRole('img', { name: 'Not available' })).toBeVisible();
    labs.push(lab);
  }
  const [first, last] = [labs[0], labs[TABS - 1]];
  await last.row(DID).getByRole('gridcell').first().click({ button: 'right' });
  await last.menuItem('Make Available').click();
  for (const lab of labs) {
    await expect(lab.row(DID).getByRole('img', { name: 'Available', exact: true })).toBeVisible({
      timeout: 120_000
    });
  }
  const status = await first.page.request.get(`${SERVER.url}api/status?token=${SERVER.token}`);
  expect(status.status()).toBe(200);
});

test('while Rucio is down a sentence says so, and Retry goes on', async ({ page }) => {
  test.setTimeout(240_000);
  const lab = new LabPage(page);
  await lab.open(newNotebook('down', ['1 + 1']));
  await lab.openPanel();
  await lab.search('obs.2024:event_05*');
  await expect(lab.row('obs.2024:event_0503')).toBeVisible();
  await stopRucio();
  try {
    await lab.search('sun.2011:*');
    const alert = lab.panel.getByRole('alert').filter({ hasText: 'Rucio cannot be reached' });
    await expect(alert.first()).toBeVisible({ timeout: 60_000 });
    expect(await lab.text(0)).toBe('2');
    await view(page, 'rucio-is-down');
  } finally {
    startLake();
  }
  await lab.section('Catalogue').getByRole('button', { name: 'Retry' }).first().click();
  await expect(lab.panel.locator('[role=row][data-did^="sun.2011:"]').first()).toBeVisible();
});

test('the views are accessible in light and dark', async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open(newNotebook('views', ['event_0503', '']));
  await lab.openPanel();
  const item = lab.cartItem('obs.2024:event_0503');
  for (const theme of ['light', 'dark'] as const) {
    await setTheme(lab, theme);
    await lab.search('');
    await expect(lab.panel.getByRole('treegrid', { name: 'Scopes' })).toBeVisible();
    await check(page, `${theme}-home`);
    await lab.search('obs.2024:event_0*');
    if (theme === 'light') {
      await lab.addToCart('obs.2024:event_0503');
      await item.getByRole('button', { name: 'event_0503', exact: true }).click();
    }
    await expect(lab.pill).toHaveText('Data: ready');
    await check(page, `${theme}-cart`);
    await lab.row('obs.2024:event_0430').getByRole('gridcell').first().click();
    await page.keyboard.press('Enter');
    await check(page, `${theme}-details`);
    await page.getByRole('tab', { name: 'views.ipynb' }).click();
    await lab.search('obs.2024:nothing_like_it*');
    await expect(lab.panel.getByText('Nothing matches obs.2024:nothing_like_it*')).toBeVisible();
    await check(page, `${theme}-nothing`);
  }
  await setTheme(lab, 'light');
});
