import { expect, type Locator, type Page } from '@playwright/test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER } from './demo.ts';

/** A terminal of JupyterLab's, opened from the menu: it begins in the folder that the file browser shows. */
export async function openTerminal(page: Page): Promise<Locator> {
  await page.getByRole('menuitem', { name: 'File', exact: true }).click();
  await page.locator('.lm-Menu-itemLabel').getByText('New', { exact: true }).hover();
  await page.locator('.lm-Menu-itemLabel').getByText('Terminal', { exact: true }).click();
  // It is drawn, not written, and the prompt may change its title: what takes the keys is there when they can be typed.
  const screen = page.locator('.jp-Terminal:not(.lm-mod-hidden)');
  const keys = screen.locator('.xterm-helper-textarea');
  await expect(keys).toBeAttached();
  await screen.click();
  await expect(keys).toBeFocused();
  return screen;
}

/** Types a command into the terminal that has the focus, and answers its exit status when it has ended. */
export async function typed(page: Page, command: string): Promise<number> {
  const file = join(FOLDER, `.status-${Date.now()}`);
  await page.keyboard.type(`${command}; echo $? > ${file}`);
  await page.keyboard.press('Enter');
  const status = () => (existsSync(file) ? readFileSync(file, 'utf8').trim() : '');
  await expect.poll(status, { timeout: 120_000 }).not.toBe('');
  return Number(status());
}
