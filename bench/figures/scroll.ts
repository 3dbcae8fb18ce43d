import { MILLION } from '../../lab/million.ts';
import { openBrowser, type Page } from '../../ui-tests/support/chromium.ts';
import { secondsSince } from '../client.ts';
import { startOurs } from '../contestants.ts';
import { round, type IBench, type IFigure, type IRow } from '../figure.ts';
import { watchUse, type IUse } from '../processes.ts';
import type { IJupyterUnderTest } from '../server-under-test.ts';

const PATIENCE_MS = 900_000;
/** A person sees a frame that takes longer than this. */
const LONG_FRAME_MS = 50;
const WHEEL = { turns: 200, pixels: 600 };
/** As the thumb of the scroll bar is dragged from the top to the end. */
const DRAG_STEPS = 300;

interface IFrames {
  count: number;
  long: number;
  longestMs: number;
}

interface IMeasured {
  loadSeconds: number;
  rows: string;
  emptyBytes: number;
  fullBytes: number;
  server: IUse[];
  browser: IUse[];
  loading: IFrames;
  wheel: IFrames;
  drag: IFrames;
}

/** A million rows in the panel of a real browser: what they take, and whether it goes on being smooth. */
export async function scrollFigures({ lake }: IBench): Promise<IFigure[]> {
  const server = await startOurs(lake);
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    const measure = await measured(page, server);
    const name = `Scrolling ${MILLION.dids} rows in the panel (the reference stops at 1000)`;
    return [{ name, rows: tableOf(measure), raw: measure }];
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function measured(page: Page, server: IJupyterUnderTest): Promise<IMeasured> {
  await page.goto(`${server.url}lab?token=${server.token}`);
  await page.getByRole('tab', { name: 'Data Lake' }).click({ timeout: 120_000 });
  const panel = page.getByRole('region', { name: 'Data Lake', exact: true });
  const box = panel.getByRole('combobox', { name: 'Search the data lake' });
  await box.waitFor();
  const emptyBytes = await heap(page);
  await watchFrames(page);
  const [stopServer, stopBrowser] = [watchUse(server.pid), watchUse(process.pid)];
  const began = performance.now();
  await box.fill(`${MILLION.scope}:*`);
  await box.press('Enter');
  const rest = panel.getByRole('button', { name: 'Load the rest' }).first();
  await rest.click({ timeout: PATIENCE_MS });
  const found = panel.getByText(/^1,000,000 /).first();
  await found.waitFor({ timeout: PATIENCE_MS });
  const loadSeconds = secondsSince(began);
  const loading = await frames(page);
  const tree = panel.getByRole('treegrid').first();
  await tree.hover();
  for (let turn = 0; turn < WHEEL.turns; turn++) await page.mouse.wheel(0, WHEEL.pixels);
  const wheel = await frames(page);
  await drag(page, DRAG_STEPS);
  const dragging = await frames(page);
  return {
    loadSeconds,
    rows: await found.innerText(),
    emptyBytes,
    fullBytes: await heap(page),
    server: stopServer(),
    browser: stopBrowser().filter(use => use.process.includes('chrom')),
    loading,
    wheel,
    drag: dragging
  };
}

/** Moves the list down to its end by so many equal steps, one a frame. */
const drag = (page: Page, steps: number): Promise<unknown> =>
  page.evaluate(`new Promise(resolve => {
    const list = document.querySelector('.jp-DataLakeTree');
    const end = list.scrollHeight - list.clientHeight;
    let step = 0;
    const move = () => {
      list.scrollTop = (end * step) / ${steps};
      if (step++ < ${steps}) requestAnimationFrame(move); else resolve();
    };
    move();
  })`);

/** Notes from now on how long each frame of the page takes. */
const watchFrames = (page: Page): Promise<unknown> =>
  page.evaluate(`(() => {
    window.benchFrames = [];
    let last = performance.now();
    const tick = now => { window.benchFrames.push(now - last); last = now; requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
  })()`);

/** Of the frames since the last time. */
async function frames(page: Page): Promise<IFrames> {
  const times = await page.evaluate<number[]>('window.benchFrames.splice(0)');
  return {
    count: times.length,
    long: times.filter(time => time > LONG_FRAME_MS).length,
    longestMs: Math.round(times.reduce((most, time) => Math.max(most, time), 0))
  };
}

/** What the page's own objects take, after what nobody needs any more has been removed. */
async function heap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize } = (await session.send('Runtime.getHeapUsage')) as {
    usedSize: number;
    backingStorageSize?: number;
  };
  await session.detach();
  return usedSize + (backingStorageSize ?? 0);
}

function tableOf(each: IMeasured): IRow[] {
  const row = (what: string, unit: string, value: number): IRow => ({
    what,
    unit,
    ours: round(value, 1)
  });
  const cpu = (use: IUse[]) => use.reduce((total, { cpuSeconds }) => total + cpuSeconds, 0);
  const growth = each.fullBytes - each.emptyBytes;
  const part = (what: string, { count, long, longestMs }: IFrames) => [
    row(`${what}: frames`, '', count),
    row(`${what}: frames over ${LONG_FRAME_MS} ms`, '', long),
    row(`${what}: longest frame`, 'ms', longestMs)
  ];
  return [
    row('all rows loaded after', 's', each.loadSeconds),
    row('memory of the page, without them', 'MB', each.emptyBytes / 1e6),
    row('memory of the page, with them', 'MB', each.fullBytes / 1e6),
    row('bytes per row', '', growth / MILLION.dids),
    row('CPU of our server', 's', cpu(each.server)),
    row('CPU of the browser', 's', cpu(each.browser)),
    ...part('while loading', each.loading),
    ...part('turning the wheel', each.wheel),
    ...part('dragging from top to end', each.drag)
  ];
}
