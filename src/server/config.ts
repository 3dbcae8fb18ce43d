import * as z from 'zod';
import { InstanceName } from '../common/contract/instance.js';
import { LOG_LEVELS } from '../common/core/log.js';
import { PROVENANCE, ProvenancePart } from '../upload/contract.js';

/** A mounted RSE. '' as prefix: taken from the RSE's own protocols in Rucio. */
export const MountConfig = z.object({
  rse: z.string().min(1),
  path: z.string().startsWith('/'),
  pfnPrefix: z.string().default(''),
  /** rucio-jupyterlab's way: so many segments of the PFN's path are left out. */
  pathBeginsAt: z.number().int().nonnegative().optional()
});
export type MountConfig = z.infer<typeof MountConfig>;

/** One token that is kept fresh; '' is "not set". */
export const TokenTargetConfig = z.object({
  name: z.string(),
  audience: z.string(),
  scope: z.string(),
  file: z.string().startsWith('/'),
  /** `plain`, `eos`, or a text with {token} in it. */
  format: z.string(),
  serves: z.enum(['', 'rucio', 'eos', 'storage'])
});
export type TokenTargetConfig = z.infer<typeof TokenTargetConfig>;

export const TokensConfig = z.object({
  source: z.enum(['hub', 'file', 'environment', 'sign-in', 'agent', 'rucio']),
  /** '' where Rucio is the identity provider's client, and not we. */
  issuer: z.union([z.url(), z.literal('')]),
  clientId: z.string(),
  clientSecretFile: z.string(),
  scope: z.string(),
  redirectUrl: z.string(),
  hubTokenPath: z.string(),
  subjectFile: z.string(),
  subjectVariable: z.string(),
  targets: z.array(TokenTargetConfig),
  inSharedFolders: z.boolean(),
  /** What people can do themselves, since the bridge replaces nothing of theirs. */
  hints: z.array(z.string()).default([])
});
export type TokensConfig = z.infer<typeof TokensConfig>;

/** A folder that is an RSE. */
export const ScratchConfig = z.object({
  path: z.string().startsWith('/'),
  rse: z.string().min(1),
  pfnPrefix: z.string().endsWith('/'),
  deleteAfterDays: z.number().positive()
});

export const UploadsConfig = z.object({
  scope: z.string().default(''),
  rseExpression: z.string().default(''),
  lifetimeDays: z.number().positive().nullable().default(null),
  atOnce: z.number().int().positive().default(8),
  bytesPerSecond: z.number().positive().nullable().default(null),
  md5: z.boolean().default(false),
  provenance: z.array(ProvenancePart).default([...PROVENANCE]),
  storageHosts: z.array(z.string()).default([]),
  scratch: z.array(ScratchConfig).default([]),
  cleansScratch: z.boolean().default(false)
});
export type UploadsConfig = z.infer<typeof UploadsConfig>;

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
  clientCert: z.string().default(''),
  clientKey: z.string().default(''),
  clientX509Proxy: z.string().default(''),
  mounts: z.array(MountConfig).default([]),
  rseExpressions: z.array(z.string()).default([]),
  ruleLifetimeDays: z
    .object({ default: Days, min: Days.nullish(), max: Days.nullish() })
    .default({ default: 7 }),
  tokens: TokensConfig.nullish(),
  uploads: UploadsConfig.prefault({})
});
export type InstanceConfig = z.infer<typeof InstanceConfig>;

/** What the bridge's traitlets come to; it holds no secret. */
export const Config = z.object({
  instances: z.array(InstanceConfig),
  problems: z.array(z.object({ name: z.string(), message: z.string() })).default([]),
  stateDir: z.string(),
  /** Folder of the sources that run in kernels. */
  kernelDir: z.string(),
  /** The Python that the bridge runs in; '' where there is none. */
  python: z.string().default(''),
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
  config: Config,
  /** JupyterHub, with the token of this user's server. */
  hub: z.object({ apiUrl: z.string(), user: z.string(), token: z.string() }).nullish()
});
