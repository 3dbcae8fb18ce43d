import { expect, test } from '@playwright/test';
import { existsSync } from 'node:fs';
import { watchNotifications } from '../support/away.ts';
import { FOLDER, SERVER } from '../support/demo.ts';
import { LabPage, newNotebook } from '../support/lab-page.ts';
import { picture } from '../support/pictures.ts';
import { freshTokensAt, IAM, livesPass, signIn } from '../support/sign-in.ts';
import { programs, WatchingTerminal } from '../support/terminal.ts';
import { check, setTheme } from '../support/views.ts';

/** So short that a minute or two are several lives; programs have a third of it, from a renewal to the end of the token before. */
const LIFE_SECONDS = 40;
const LIVES = 2;
const FIRST = 'obs.2024:event_0412';
const LATER = 'sky.survey:sky_images';
const READ = (name: string) => `print([len(open(path, 'rb').read()) > 0 for path in ${name}])`;

test.beforeEach(() => IAM.control.turn({ accessTokenSeconds: LIFE_SECONDS, fault: null }));
test.afterEach(() => IAM.control.heal());

test('signed in once by a window, and never again', async ({ page }) => {
  test.setTimeout(480_000);
  const lab = new LabPage(page);
  const account = lab.panel.getByRole('button', { name: /^Account: alice/ });

  await test.step('the panel asks for a sign-in', async () => {
    await lab.open(newNotebook('signed-in', [READ('event_0412'), READ('sky_images')]));
    await lab.openPanel();
    await expect(lab.panel.getByRole('button', { name: /^Sign in at/ })).toBeVisible();
    await check(page, 'light-signed-out');
    await signIn(lab, 'alice', false);
    await expect(account).toBeVisible();
    await picture(page, 'signed-in');
  });

  await test.step('data becomes available', async () => {
    await lab.search(FIRST);
    await lab.makeAvailable(FIRST);
    expect(await lab.text(0)).toMatch(/^\[True(, True)*\]$/);
  });

  const targets = await freshTokensAt(page, SERVER.url);
  const fileOf = (name: string) => targets.find(target => target.name === name)?.file ?? '';
  const terminal = await WatchingTerminal.open(page, FOLDER, programs());

  await test.step('several lives pass, and programs in a terminal work all along', async () => {
    await livesPass(fileOf('storage'), LIVES, () => expect(terminal.failures).toEqual([]));
    expect(terminal.count).toBeGreaterThan(3 * LIVES);
  });

  await test.step('the work goes on without a click', async () => {
    await page.getByRole('tab', { name: 'signed-in.ipynb' }).click();
    await lab.search(LATER);
    await lab.makeAvailable(LATER);
    expect(await lab.text(1)).toMatch(/^\[True(, True)*\]$/);
    expect(terminal.failures).toEqual([]);
  });

  for (const theme of ['dark', 'light'] as const) {
    await test.step(`the account menu in ${theme}`, async () => {
      await setTheme(lab, theme);
      await account.click();
      await expect(lab.panel.getByRole('list', { name: 'Tokens' })).toBeVisible();
      await check(page, `${theme}-account`);
      await page.keyboard.press('Escape');
    });
  }

  await test.step('the identity provider ends the sign-in: that is said once, and work goes on', async () => {
    const told = await watchNotifications(page, 'Your sign-in at');
    await IAM.control.breakWith({ path: '/token', status: 400, body: '{"error":"invalid_grant"}' });
    const trouble = lab.panel.getByRole('region', { name: 'Tokens' });
    await expect(trouble).toContainText('has ended', { timeout: 90_000 });
    await check(page, 'light-sign-in-ended');
    await setTheme(lab, 'dark');
    await check(page, 'dark-sign-in-ended');
    expect(await told()).toHaveLength(1);
    await IAM.control.heal();
    const isOver = await watchNotifications(page, 'Your data lake tokens are fresh again.');
    await signIn(lab, 'alice', true);
    await expect(trouble).toHaveCount(0);
    await expect.poll(isOver).toHaveLength(1);
  });

  await test.step('signed out: nothing is left', async () => {
    await account.click();
    await lab.panel.getByRole('button', { name: 'Sign out' }).click();
    await expect(lab.panel.getByRole('button', { name: /^Sign in at/ })).toBeVisible();
    await expect.poll(() => targets.filter(({ file }) => existsSync(file))).toEqual([]);
  });
});
