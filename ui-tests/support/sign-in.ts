import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { LabIam } from '../../lab/iam/client/lab-iam.ts';
import type { ILake } from '../../lab/lake.ts';
import { LAKE_FILE } from './demo.ts';
import type { LabPage } from './lab-page.ts';

/** The lake as the lab itself writes it down. */
export const FULL_LAKE = JSON.parse(readFileSync(LAKE_FILE, 'utf8')) as ILake;
export const IAM = LabIam.of(FULL_LAKE);

/** Through the window that the button opens, which closes by itself. Who is known there types nothing. */
export async function signIn(lab: LabPage, person: string, isKnown: boolean): Promise<void> {
  const opened = lab.page.waitForEvent('popup');
  await lab.panel
    .getByRole('button', { name: /^Sign in at/ })
    .first()
    .click();
  const window = await opened;
  const closed = window.isClosed() ? Promise.resolve() : window.waitForEvent('close');
  if (!isKnown) {
    await typePassword(window, person);
  }
  await closed;
}

/** At the identity provider. */
export async function typePassword(page: Page, person: string): Promise<void> {
  const password = readFileSync(join(FULL_LAKE.folders.secrets, `iam-${person}`), 'utf8').trim();
  await page.getByLabel('Name').fill(person);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Starts or stops JupyterHub in front of the lake. */
export function hub(command: 'up' | 'down'): void {
  const main = join(import.meta.dirname, '../../lab/main.ts');
  const words = ['hub', command, '--profile', 'full', '--dir', FULL_LAKE.folder];
  execFileSync(process.execPath, [main, ...words], { stdio: 'inherit' });
}

interface ITokens {
  tokens: { targets: { name: string; file: string; renewedAt: string | null }[] }[];
}

/** The tokens that this person's server keeps fresh, as its API tells this browser. */
export async function tokensAt(page: Page, server: string) {
  const answer = await page.request.get(`${server}jupyterlab-datalake/api/tokens`);
  expect(answer.status()).toBe(200);
  const { tokens } = (await answer.json()) as ITokens;
  return tokens[0].targets;
}

/** The same, when there is one for each target. */
export async function freshTokensAt(page: Page, server: string) {
  const old = async () =>
    (await tokensAt(page, server)).filter(({ renewedAt }) => renewedAt === null);
  await expect.poll(old).toEqual([]);
  return tokensAt(page, server);
}

/** When this many lives of the token have passed. Watches the file that programs read. */
export async function livesPass(file: string, lives: number, each: () => void): Promise<void> {
  const seen = new Set<string>();
  await expect
    .poll(
      () => {
        each();
        return seen.add(readFileSync(file, 'utf8')).size;
      },
      { timeout: 240_000, intervals: [500] }
    )
    .toBeGreaterThan(lives);
}
