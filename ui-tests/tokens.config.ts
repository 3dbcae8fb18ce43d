import stories from './playwright.config.ts';

/** Stories of people who sign in at the lab's identity provider, whose authority no browser knows. */
export default {
  ...stories,
  testDir: './token-stories',
  use: { ...stories.use, ignoreHTTPSErrors: true }
};
