import type { Page } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';

/** Stands the page still as a laptop that sleeps does: no script runs, nothing is answered. Call what it answers to wake it. */
export async function fallAsleep(page: Page): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  return async () => {
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    await session.detach();
  };
}

/** Stands a process and all below it still. Call what it answers to let them go on. */
export function stop(pid: number): () => void {
  const all = family(pid);
  all.forEach(each => process.kill(each, 'SIGSTOP'));
  return () => all.forEach(each => process.kill(each, 'SIGCONT'));
}

function family(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      parents.set(Number(entry), Number(parent));
    } catch {
      continue; // It has ended.
    }
  }
  const found = [pid];
  for (const each of found) {
    found.push(...[...parents].filter(([, parent]) => parent === each).map(([child]) => child));
  }
  return found;
}

/** All notifications with these words that are shown from now on: one that was shown twice is there twice. */
export async function watchNotifications(
  page: Page,
  words: string
): Promise<() => Promise<string[]>> {
  const seen = await page.evaluateHandle(wanted => {
    const list: string[] = [];
    const known = new Set<Element>();
    const look = () => {
      for (const toast of document.querySelectorAll('.Toastify__toast')) {
        const text = toast.textContent ?? '';
        if (text.includes(wanted) && !known.has(toast)) {
          known.add(toast);
          list.push(text);
        }
      }
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true
    });
    return list;
  }, words);
  return () => seen.jsonValue();
}
