import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER, SERVER } from '../support/demo.ts';
import { LabPage, newNotebook } from '../support/lab-page.ts';
import { startLake, stopRucio } from '../support/lake.ts';
import { view } from '../support/pictures.ts';

/** Of the lake's own accounts; on the mounted RSE there is nothing of it. */
const DID = 'obs.2024:event_0419';
const TABS = 10;

test('ten tabs are live, and Jupyter still answers', async ({ page, context }) => {
  test.setTimeout(300_000);
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
    await expect(lab.row(DID).getByRole('img', { name: 'Available', exact: true })).toBeVisible();
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

for (const theme of ['light', 'dark'] as const) {
  test(`the views are accessible in ${theme}`, async ({ page }) => {
    const lab = new LabPage(page);
    await lab.open(newNotebook(`views-${theme}`, ['event_0503', '']));
    await setTheme(lab, theme);
    await lab.openPanel();
    await expect(lab.panel.getByRole('treegrid', { name: 'Scopes' })).toBeVisible();
    await check(page, `${theme}-home`);
    await lab.search('obs.2024:event_0*');
    await lab.addToCart('obs.2024:event_0503');
    await expect(lab.pill).toHaveText('Data: ready');
    await lab
      .cartItem('obs.2024:event_0503')
      .getByRole('button', { name: 'event_0503', exact: true })
      .click();
    await check(page, `${theme}-cart`);
    await lab.row('obs.2024:event_0430').getByRole('gridcell').first().click();
    await page.keyboard.press('Enter');
    await check(page, `${theme}-details`);
    await lab.search('obs.2024:nothing_like_it*');
    await expect(lab.panel.getByText('Nothing matches obs.2024:nothing_like_it*')).toBeVisible();
    await check(page, `${theme}-nothing`);
  });
}

async function setTheme(lab: LabPage, theme: 'light' | 'dark'): Promise<void> {
  const name = theme === 'dark' ? 'JupyterLab Dark' : 'JupyterLab Light';
  await lab.menu('Settings', 'Theme', name);
  await expect(lab.page.locator('body')).toHaveAttribute(
    'data-jp-theme-light',
    String(theme === 'light')
  );
  // In the demo's own settings: a person's are left alone.
  const kept = join(FOLDER, '.settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings');
  await expect
    .poll(
      () => theme === 'light' || (existsSync(kept) && readFileSync(kept, 'utf8').includes(name))
    )
    .toBe(true);
}

/** A picture of the view, and what axe finds in it. */
async function check(page: Page, name: string): Promise<void> {
  await view(page, name);
  const { violations } = await new AxeBuilder({ page })
    .include('[aria-label="Data Lake"]')
    .analyze();
  expect
    .soft(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`))
    .toEqual([]);
}
