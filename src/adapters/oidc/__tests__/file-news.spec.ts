import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { HandClock } from '../../../testing/hand-clock.js';
import { SYSTEM_CLOCK } from '../../system-clock.js';
import { watchText } from '../file-news.js';

const folder = mkdtempSync(join(tmpdir(), 'file-news-'));
const end = new AbortController();
afterAll(() => {
  end.abort();
  rmSync(folder, { recursive: true });
});

/** Lets time pass until the listener has been told so often. */
async function told(listener: jest.Mock, times: number, pass: () => Promise<unknown>) {
  const end = performance.now() + 45_000;
  while (listener.mock.calls.length < times) {
    if (performance.now() > end) {
      throw new Error(`told ${listener.mock.calls.length} times, not ${times}`);
    }
    await pass();
  }
  expect(listener).toHaveBeenCalledTimes(times);
}

let files = 0;
function watched(clock = SYSTEM_CLOCK) {
  const path = join(folder, `folder-${files++}`, 'token');
  const listener = jest.fn();
  const begin = () => watchText(path, clock, listener, end.signal);
  const news = (times: number) => told(listener, times, () => setTimeout(10));
  return { path, listener, begin, news };
}

it('a file that is written again, or replaced, is told of; the same text is not', async () => {
  const { path, listener, begin, news } = watched();
  mkdirSync(join(path, '..'));
  writeFileSync(path, 'one');
  await begin();
  writeFileSync(path, 'two');
  await news(1);
  writeFileSync(`${path}.new`, 'two');
  renameSync(`${path}.new`, path);
  // Time enough for it to be looked at.
  await setTimeout(300);
  expect(listener).toHaveBeenCalledTimes(1);
  rmSync(path);
  writeFileSync(path, '');
  writeFileSync(path, 'three');
  await news(2);
});

it('a file that was not there is news', async () => {
  const { path, begin, news } = watched();
  mkdirSync(join(path, '..'));
  await begin();
  writeFileSync(path, 'one');
  await news(1);
});

it('where nothing tells, it is looked at', async () => {
  const clock = new HandClock();
  const { path, listener, begin } = watched(clock);
  await begin();
  mkdirSync(join(path, '..'));
  writeFileSync(join(folder, 'elsewhere'), 'one');
  symlinkSync(join(folder, 'elsewhere'), path);
  const news = (times: number) => told(listener, times, () => clock.advance(1000));
  await news(1);
  writeFileSync(join(folder, 'elsewhere'), 'two');
  await news(2);
});
