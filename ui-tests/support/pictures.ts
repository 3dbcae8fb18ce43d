import type { Page } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../build/story');
let taken = 0;

/** A picture of a step, numbered in the order of the story. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const number = String(++taken).padStart(2, '0');
  await page.screenshot({ path: join(FOLDER, `${number}-${name}.png`) });
}

/** A picture of a view, to look at. */
export async function view(page: Page, name: string): Promise<void> {
  const folder = join(FOLDER, 'views');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
