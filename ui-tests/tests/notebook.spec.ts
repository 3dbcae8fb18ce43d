import { expect, test } from '@playwright/test';
import { LabPage, newNotebook, type Metadata } from '../support/lab-page.ts';

/** All of it is on the mounted RSE from the start, by somebody else's rule. */
const DID = 'obs.2024:event_0503';
const NAME = 'event_0503';
const FILES = 24;
const COUNT = `len(${NAME})`;

/** As another person's browser has left it in the file. */
const THEIR_CART: Metadata = {
  [`datalake:default/${DID}`]: {
    version: 1,
    did: DID,
    type: 'DATASET',
    variableName: NAME,
    instance: 'default',
    addedAt: '2026-01-01T00:00:00Z'
  }
};

async function withRow(lab: LabPage, cells: string[], name: string): Promise<void> {
  await lab.open(newNotebook(name, cells));
  await lab.openPanel();
  await lab.search(DID);
  await expect(lab.row(DID).getByRole('img', { name: 'Available' })).toBeVisible();
}

test('dragging a row onto a cell leaves the variable there, and a new kernel has it again', async ({
  page
}) => {
  const lab = new LabPage(page);
  await withRow(lab, ['', COUNT], 'drag');
  const editor = lab.cells.nth(0).locator('.cm-content');
  const from = await lab.row(DID).boundingBox();
  const to = await editor.boundingBox();
  if (from === null || to === null) {
    throw new Error('The row or the cell is not shown.');
  }
  await page.mouse.move(from.x + 60, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + 90, from.y + 10, { steps: 5 });
  await page.mouse.move(to.x + 20, to.y + to.height / 2, { steps: 15 });
  await page.mouse.up();
  await expect(editor).toHaveText(NAME);
  await expect(lab.cartItem(DID)).toBeVisible();
  await expect(lab.pill).toHaveText('Data: ready');
  expect(await lab.text(0)).toContain(`${FILES} files`);
  expect(await lab.text(1)).toBe(String(FILES));

  await lab.menu('Kernel', 'Restart Kernel…');
  await expect(page.getByRole('dialog')).toBeVisible();
  const restarted = page.waitForResponse(/\/api\/kernels\/[^/]+\/restart/);
  await page.keyboard.press('Enter');
  expect((await restarted).ok()).toBe(true);
  await lab.kernelIsIdle();
  await expect(lab.pill).toHaveText('Data: ready');
  expect(await lab.text(1)).toBe(String(FILES));
});

test('from the search to the cart by keyboard alone', async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open(newNotebook('keyboard', [COUNT]));
  await page.keyboard.press('Control+Alt+k');
  await expect(lab.panel.getByRole('combobox', { name: 'Search the data lake' })).toBeFocused();
  await page.keyboard.type('obs.2024:event_05*');
  await page.keyboard.press('Enter');
  await expect(lab.row(DID)).toBeVisible();
  const results = lab.panel.getByRole('treegrid');
  await tabTo(page, results);
  await page.keyboard.press('Home');
  await expect(lab.row(DID)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowRight');
  await expect(lab.row(DID)).toHaveAttribute('aria-expanded', 'true');
  await tabTo(page, lab.row(DID).getByRole('button', { name: 'Add to the cart' }));
  await page.keyboard.press('Enter');
  await expect(lab.cartItem(DID)).toBeVisible();
  await tabTo(page, lab.cartItem(DID).getByRole('button', { name: NAME, exact: true }));
  await page.keyboard.press('Delete');
  await expect(lab.cartItem(DID)).toHaveCount(0);
});

test("another person's cart sets nothing before it is accepted", async ({ page }) => {
  const lab = new LabPage(page);
  await lab.open(newNotebook('theirs', [COUNT], THEIR_CART));
  await lab.openPanel();
  await expect(lab.pill).toHaveText('Data: use this cart?');
  expect(await lab.text(0)).toContain('NameError');
  await lab.section('Cart').getByRole('button', { name: 'Use this cart' }).click();
  await expect(lab.pill).toHaveText('Data: ready');
  expect(await lab.text(0)).toBe(String(FILES));
});

test('a name that is in use is left alone, and told', async ({ page }) => {
  const lab = new LabPage(page);
  await withRow(lab, [`${NAME} = 'mine'`, NAME], 'in-use');
  await lab.run(0);
  await lab.addToCart(DID);
  await expect(lab.pill).toHaveText('Data: failed, name in use');
  await expect(lab.cartItem(DID).getByRole('alert')).toContainText(NAME);
  expect(await lab.text(1)).toContain("'mine'");
});

/** Presses Tab until it has the focus, as a person would; a place that Tab never reaches fails. */
async function tabTo(page: LabPage['page'], target: ReturnType<LabPage['row']>): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    if (await target.evaluate(node => node === document.activeElement)) {
      return;
    }
  }
  throw new Error(`60 presses of Tab do not reach ${target.toString()}.`);
}
