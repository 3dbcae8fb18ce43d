import { expect, test } from '@playwright/test';
import { LAKE } from '../support/demo.ts';
import { LabPage, newNotebook } from '../support/lab-page.ts';
import { filesOn, folderOf, sha256, slowCopies } from '../support/lake.ts';
import { picture } from '../support/pictures.ts';
import { percentages, watchStates } from '../support/states.ts';

const DID = 'obs.2024:event_0412';
const FILES = 20;

const FACTS = `import hashlib, json
print(type(event_0412).__mro__[-2].__name__, len(event_0412))
print(json.dumps([
    [type(item).__mro__[-2].__name__, item, item.did, item.bytes,
     hashlib.sha256(open(item, 'rb').read()).hexdigest()]
    for item in event_0412
]))`;
const PLOT = `%matplotlib inline
import obspy
stream = obspy.Stream()
for path in event_0412:
    stream += obspy.read(path)
figure = stream[:3].plot(handle=True)`;

test.afterEach(() => slowCopies(0));

test('from the catalogue to an open file', async ({ page }) => {
  test.setTimeout(240_000);
  const lab = new LabPage(page);
  const arrived = () => [...filesOn(LAKE.mount.path).keys()].filter(n => n.startsWith('wave_0412'));

  await test.step('open the panel beside a notebook', async () => {
    await lab.open(newNotebook('story', ['event_0412', FACTS, PLOT]));
    await lab.openPanel();
    await expect(lab.panel.getByRole('treegrid', { name: 'Scopes' })).toBeVisible();
    await picture(page, 'panel');
  });

  await test.step('browse the scopes, into a container two deep', async () => {
    await lab.panel.getByRole('searchbox', { name: 'Filter the scopes' }).fill('obs');
    const scopes = lab.panel.getByRole('treegrid', { name: 'Scopes' });
    await expect(scopes.getByRole('row')).toHaveCount(2);
    await scopes.getByRole('gridcell', { name: 'obs.2024' }).click();
    await lab.row('obs.2024:event_catalogue', 2).locator('[data-caret]').click();
    await lab.row('obs.2024:april_2024', 3).locator('[data-caret]').click();
    await expect(lab.row(DID, 4)).toBeVisible();
    await picture(page, 'containers');
  });

  await test.step('search with a wildcard', async () => {
    await lab.search('obs.2024:event_04*');
    await expect(lab.panel.getByRole('status').filter({ hasText: 'match' })).toContainText('3');
    await expect(lab.row(DID)).toBeVisible();
    await expect(lab.row(DID).getByRole('img', { name: 'Not available' })).toBeVisible();
    await picture(page, 'search');
  });

  const item = lab.cartItem(DID);
  await test.step('add a dataset to the cart of the notebook', async () => {
    await lab.row(DID).hover();
    await lab.row(DID).getByRole('button', { name: 'Add to the cart' }).click();
    await expect(item.getByRole('button', { name: 'event_0412', exact: true })).toBeVisible();
    await expect(item.getByRole('img', { name: 'Not available' })).toBeVisible();
    await picture(page, 'cart');
  });

  const states = await watchStates(page, DID);
  await test.step('it is not available, and its paths are absent', async () => {
    expect(arrived()).toEqual([]);
    await expect(lab.pill).toHaveText(`Data: 0 of ${FILES}`);
    expect(await lab.text(0)).toContain('not available');
    expect(await lab.text(1)).toContain('is not available here yet (0 %');
    await picture(page, 'not-available');
  });

  await test.step('the line above the button says size, room and time', async () => {
    const make = lab.section('Cart').getByRole('group', { name: 'Make Available' });
    await expect(make.getByRole('status')).toContainText(`in ${FILES} files`);
    await expect(make.getByRole('status')).toContainText('quota left');
    // So slowly that most of it is still to come when two percentages were seen.
    slowCopies(3);
    await make.getByRole('button', { name: 'Make available' }).click();
  });

  await test.step('watch it arrive', async () => {
    await expect
      .poll(async () => percentages(await states()).length, { timeout: 60_000 })
      .toBeGreaterThan(0);
    await item.getByRole('button', { name: 'event_0412', exact: true }).click();
    await expect(item.getByRole('progressbar')).toBeVisible();
    await picture(page, 'arriving');
    await expect
      .poll(async () => percentages(await states()).length, { timeout: 60_000 })
      .toBeGreaterThan(1);
    await picture(page, 'arriving-more');
    expect(arrived().length).toBeLessThan(FILES);
    slowCopies(0);
  });

  await test.step('it is ready', async () => {
    await expect(item.getByRole('img', { name: 'Available' })).toBeVisible({ timeout: 90_000 });
    await expect(lab.pill).toHaveText('Data: ready');
    await picture(page, 'ready');
    expect(arrived()).toHaveLength(FILES);
    const seen = await states();
    expect(percentages(seen).length).toBeGreaterThanOrEqual(2);
    const order = seen.map(({ state }) => state).filter((state, i, all) => state !== all[i - 1]);
    expect(order).toEqual(['NOT_AVAILABLE', 'REPLICATING', 'AVAILABLE']);
  });

  await test.step('the variable is a list of local paths of the very bytes', async () => {
    const [kind, list] = (await lab.text(1)).split('\n');
    expect(kind).toBe(`list ${FILES}`);
    const facts = JSON.parse(list) as [string, string, string, number, string][];
    const sources = filesOn(folderOf('SITEA_DISK'));
    const mounted = filesOn(LAKE.mount.path);
    for (const [type, path, did, bytes, digest] of facts) {
      const name = did.split(':')[1];
      const source = sources.get(name) ?? '';
      expect(type).toBe('str');
      expect(path).toBe(mounted.get(name));
      expect(digest).toBe(sha256(source));
      expect(bytes).toBeGreaterThan(0);
    }
    await picture(page, 'paths');
  });

  await test.step('it opens and plots', async () => {
    const output = await lab.run(2);
    const image = output.locator('img');
    await expect(image).toBeVisible({ timeout: 60_000 });
    await image.scrollIntoViewIfNeeded();
    expect(await image.evaluate((node: HTMLImageElement) => node.naturalWidth)).toBeGreaterThan(
      100
    );
    await picture(page, 'plot');
  });
});
