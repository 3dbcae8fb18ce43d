import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER } from './demo.ts';
import type { LabPage } from './lab-page.ts';
import { view } from './pictures.ts';

/** By the menu, as a person does; until it is kept. */
export async function setTheme(lab: LabPage, theme: 'light' | 'dark'): Promise<void> {
  const name = theme === 'dark' ? 'JupyterLab Dark' : 'JupyterLab Light';
  await lab.menu('Settings', 'Theme', name);
  await expect(lab.page.locator('body')).toHaveAttribute(
    'data-jp-theme-light',
    String(theme === 'light')
  );
  // It covers the page while the theme changes: nothing could be seen below it.
  await expect(lab.page.locator('#jupyterlab-splash')).toHaveCount(0);
  // In the demo's own settings: a person's are left alone.
  const kept = join(FOLDER, '.settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings');
  await expect
    .poll(
      () => theme === 'light' || (existsSync(kept) && readFileSync(kept, 'utf8').includes(name))
    )
    .toBe(true);
}

/** A picture of the view, and what axe finds in our part of it: the panel, unless said otherwise. */
export async function check(
  page: Page,
  name: string,
  part = '[aria-label="Data Lake"]'
): Promise<void> {
  await view(page, name);
  // JupyterLab's body has no height of its own: axe would take all that is in it for hidden.
  await page.evaluate(() => document.body.style.setProperty('height', '100vh'));
  const { violations } = await new AxeBuilder({ page }).include(part).analyze();
  expect
    .soft(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`))
    .toEqual([]);
}
