import { expect, test } from '@playwright/test';
import { watchNotifications } from '../support/away.ts';
import { LabPage, newNotebook } from '../support/lab-page.ts';
import { check, setTheme } from '../support/views.ts';

const NAME = `care-${Date.now()}`;
const DID = `user.alice:${NAME}`;
const FILE = 'obs.2024:wave_0412_01.mseed';

test('a dataset of one’s own, from the menu of the catalogue', async ({ page }) => {
  const lab = new LabPage(page);
  const part = '.jp-DataLakeCareDialog';
  const dialog = page.locator(part);
  const choose = async (did: string, item: string) => {
    await lab.row(did).click({ button: 'right' });
    await lab.menuItem(item).click();
  };

  await test.step('create it', async () => {
    await lab.open(newNotebook('care-story', ['1']));
    await lab.openPanel();
    await setTheme(lab, 'light');
    const scope = lab.panel.getByRole('row').filter({ hasText: 'user.alice' });
    await scope.click({ button: 'right' });
    await lab.menuItem('Create Dataset or Container…').click();
    await expect(dialog.getByLabel('Scope', { exact: true })).toHaveValue('user.alice');
    await dialog.getByLabel('Name', { exact: true }).fill(NAME);
    await check(page, 'care-create', part);
    const told = await watchNotifications(page, `${DID} is there, with nothing in it.`);
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await expect.poll(told).toHaveLength(1);
  });

  await test.step('put what is in the cart into it', async () => {
    await lab.search(FILE);
    await lab.addToCart(FILE);
    await lab.search(DID);
    await choose(DID, 'Attach…');
    await dialog.getByLabel(FILE).check();
    await check(page, 'care-attach', part);
    const told = await watchNotifications(page, `Attached 1 DID to ${DID}.`);
    await dialog.getByRole('button', { name: 'Attach', exact: true }).click();
    await expect.poll(told).toHaveLength(1);
    await lab.row(DID).locator('[data-caret]').click();
    await expect(lab.row(FILE, 2)).toBeVisible();
  });

  await test.step('say what it is', async () => {
    await choose(DID, 'Set Metadata…');
    await dialog.getByRole('button', { name: 'Add metadata' }).click();
    await dialog.locator('input').nth(-2).fill('campaign');
    await dialog.locator('input').last().fill('spring');
    await check(page, 'care-metadata', part);
    const told = await watchNotifications(page, `The metadata of ${DID} is set.`);
    await dialog.getByRole('button', { name: 'Set metadata' }).click();
    await expect.poll(told).toHaveLength(1);
  });

  await test.step('close it: it takes no more', async () => {
    await choose(DID, 'Close or Open…');
    // The dialog is gone before Rucio has answered.
    const closed = page.waitForResponse(/\/api\/collections\/open\b/);
    await page.getByRole('button', { name: 'Close It' }).click();
    expect((await closed).status()).toBe(200);
    await expect(page.getByRole('button', { name: 'Close It' })).toHaveCount(0);
    await choose(DID, 'Attach…');
    await dialog.getByLabel('Others').fill('obs.2024:wave_0412_02.mseed');
    await dialog.getByRole('button', { name: 'Attach', exact: true }).click();
    await expect(dialog.getByRole('alert')).toContainText('closed');
    await check(page, 'care-closed', part);
    await page.keyboard.press('Escape');
  });

  await test.step('the end of its life is told before it is set', async () => {
    await setTheme(lab, 'dark');
    await choose(DID, 'Set Lifetime…');
    await expect(dialog.getByRole('note')).toContainText('everybody’s rules');
    await check(page, 'care-lifetime-dark', part);
    await dialog.getByRole('button', { name: 'Set the end' }).click();
    await expect(dialog).toHaveCount(0);
  });

  await test.step('others’ DIDs have no such menu', async () => {
    await lab.search('user.bob:first_upload');
    await lab.row('user.bob:first_upload').click({ button: 'right' });
    await expect(lab.menuItem('Copy DID')).toBeVisible();
    await expect(lab.menuItem('Set Metadata…')).toBeHidden();
    await page.keyboard.press('Escape');
    await setTheme(lab, 'light');
  });
});
