import { chromium, type Browser } from '@playwright/test';

export type { Page } from '@playwright/test';

/** Where Chromium is, and what it is started with; for the stories and for the benchmark. */
export const LAUNCH = {
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  // Chromium's sandbox refuses root.
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : []
};

/** A headless browser; `args` come after those of every run. */
export const openBrowser = (args: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ ...LAUNCH, args: [...LAUNCH.args, ...args] });
