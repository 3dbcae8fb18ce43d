import { defineConfig } from '@playwright/test';
import { LAUNCH } from './support/chromium.ts';

/** Runs under `node lab/demo/main.ts --run`, which says where its server and its lake are. */
export default defineConfig({
  testDir: './tests',
  outputDir: '../build/stories',
  // Deadlines are for failure only: a slow machine is none.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  // One kernel and one copy service for all: stories do not run side by side, and none gets a second try.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  reporter: 'list',
  use: {
    browserName: 'chromium',
    viewport: { width: 1500, height: 950 },
    actionTimeout: 60_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: LAUNCH
  }
});
