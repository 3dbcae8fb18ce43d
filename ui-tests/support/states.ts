import type { Page } from '@playwright/test';

/** What was shown of a DID's availability at one moment. */
export interface ISeen {
  state: string;
  label: string;
}

/**
 * Writes down all states that the page ever shows of a DID in the cart, in order, from now on: a
 * state that is skipped, or that is shown for a moment only, is seen too.
 */
export async function watchStates(page: Page, did: string): Promise<() => Promise<ISeen[]>> {
  const seen = await page.evaluateHandle(wanted => {
    const list: { state: string; label: string }[] = [];
    const look = () => {
      const item = document.querySelector(`.jp-DataLakeCartItem[data-did="${wanted}"]`);
      const icon = item?.querySelector('[data-state]');
      const state = icon?.getAttribute('data-state') ?? 'absent';
      const label = icon?.getAttribute('aria-label') ?? '';
      const last = list.at(-1);
      if (last?.state !== state || last.label !== label) {
        list.push({ state, label });
      }
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['data-state', 'aria-label']
    });
    look();
    return list;
  }, did);
  return () => seen.jsonValue();
}

/** The percentages strictly between 0 and 100 that were shown. */
export function percentages(seen: readonly ISeen[]): number[] {
  const all = seen.flatMap(({ label }) => /(\d+) %/.exec(label)?.[1] ?? []).map(Number);
  return [...new Set(all)].filter(percent => percent > 0 && percent < 100);
}
