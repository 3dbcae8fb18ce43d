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

let files = 0;
function watched(clock = SYSTEM_CLOCK) {
  const path = join(folder, `folder-${files++}`, 'token');
  const listener = jest.fn();
  const begin = () => watchText(path, clock, listener, end.signal);
  const news = async (times: number) => {
    while (listener.mock.calls.length < times) {
      await setTimeout(10);
    }
    expect(listener).toHaveBeenCalledTimes(times);
  };
  return { path, listener, begin, news };
}

it('a file that is written again, or replaced, is told of; the same text is not', async () => {
  const { path, listener, begin, news } = watched();
  mkdirSync(join(path, '..'));
  writeFileSync(path, 'one');
  begin();
  await setTimeout(50);
  writeFileSync(path, 'two');
  await news(1);
  writeFileSync(`${path}.new`, 'two');
  renameSync(`${path}.new`, path);
  rmSync(path);
  writeFileSync(path, '');
  writeFileSync(path, 'three');
  await news(2);
  expect(listener).toHaveBeenCalledTimes(2);
});

it('a file that was not there is news', async () => {
  const { path, begin, news } = watched();
  mkdirSync(join(path, '..'));
  begin();
  await setTimeout(50);
  writeFileSync(path, 'one');
  await news(1);
});

it('where nothing tells, it is looked at', async () => {
  const clock = new HandClock();
  const { path, listener, begin } = watched(clock);
  begin();
  await clock.advance(0);
  await setTimeout(50);
  mkdirSync(join(path, '..'));
  writeFileSync(join(folder, 'elsewhere'), 'one');
  symlinkSync(join(folder, 'elsewhere'), path);
  while (listener.mock.calls.length < 1) {
    await clock.advance(1000);
  }
  writeFileSync(join(folder, 'elsewhere'), 'two');
  while (listener.mock.calls.length < 2) {
    await clock.advance(1000);
  }
  expect(listener).toHaveBeenCalledTimes(2);
});
