import * as z from 'zod';
import { Config } from '../server/config.js';

/** What the one reader of configuration came to; the whole document is described in configuration.py. */
export const Configuration = z.object({
  config: Config,
  /** By the option's name without `c.DataLake.`: a path, `command line` or `default`. */
  sources: z.record(z.string(), z.string())
});
export type Configuration = z.infer<typeof Configuration>;
