import { readFileSync, statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { IWatched } from './watcher.ts';

const { files, flag } = workerData as { files: string[]; flag: Int32Array };
const PAUSE_MS = 0.05;
const MODES_EVERY = 1000;
/** Three parts, of which the last is a signature of 256 bytes. */
const WHOLE = /^[\w-]+\.[\w-]+\.[\w-]{342}$/;

const last = new Map<string, string>();
const modes = new Set<number>();
const seen = { looks: 0, empty: 0, torn: 0, missing: 0, changes: 0 };

function look(file: string): void {
  seen.looks += 1;
  let text;
  try {
    text = readFileSync(file, 'latin1').trim();
    if (seen.looks % MODES_EVERY < files.length) modes.add(statSync(file).mode & 0o777);
  } catch {
    seen.missing += 1;
    return;
  }
  if (text === last.get(file)) return;
  if (text === '') seen.empty += 1;
  else if (!WHOLE.test(text)) seen.torn += 1;
  else {
    if (last.has(file)) seen.changes += 1;
    last.set(file, text);
  }
}

while (Atomics.load(flag, 0) === 0) {
  files.forEach(look);
  Atomics.wait(flag, 0, 0, PAUSE_MS);
}
parentPort?.postMessage({ ...seen, modes: [...modes] } satisfies IWatched);
