import * as z from 'zod';
import { InstanceName } from '../common/contract/instance.js';
import { LOG_LEVELS } from '../common/core/log.js';

/** A mounted RSE. '' as prefix: taken from the RSE's own protocols in Rucio. */
export const MountConfig = z.object({
  rse: z.string().min(1),
  path: z.string().startsWith('/'),
  pfnPrefix: z.string().default(''),
  /** rucio-jupyterlab's way: so many segments of the PFN's path are left out. */
  pathBeginsAt: z.number().int().nonnegative().optional()
});
export type MountConfig = z.infer<typeof MountConfig>;

const Days = z.number().positive();

/** One instance of Rucio as the bridge passes it on; '' is "not set". */
export const InstanceConfig = z.object({
  name: InstanceName,
  displayName: z.string().default(''),
  rucioCfg: z.string().default(''),
  rucioUrl: z.string().default(''),
  authUrl: z.string().default(''),
  caCert: z.string().default(''),
  account: z.string().default(''),
  authType: z.string().default(''),
  username: z.string().default(''),
  passwordFile: z.string().default(''),
  oidcTokenFile: z.string().default(''),
  oidcTokenEnv: z.string().default(''),
  mounts: z.array(MountConfig).default([]),
  rseExpressions: z.array(z.string()).default([]),
  ruleLifetimeDays: z
    .object({ default: Days, min: Days.nullish(), max: Days.nullish() })
    .default({ default: 7 })
});
export type InstanceConfig = z.infer<typeof InstanceConfig>;

/** What the bridge's traitlets come to; it holds no secret. */
export const Config = z.object({
  instances: z.array(InstanceConfig),
  problems: z.array(z.object({ name: z.string(), message: z.string() })).default([]),
  stateDir: z.string(),
  /** Folder of the sources that run in kernels. */
  kernelDir: z.string(),
  /** Jupyter's root folder; '' where there is no Jupyter. */
  rootDir: z.string().default(''),
  logLevel: z.enum(LOG_LEVELS).catch('info'),
  requestDeadlineSeconds: z.number().positive().default(30),
  version: z.string().default('')
});
export type Config = z.infer<typeof Config>;

/** The one line that the bridge writes to our standard input. */
export const Hello = z.object({
  socket: z.string().startsWith('/'),
  secret: z.string().min(32),
  config: Config
});
