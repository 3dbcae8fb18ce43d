import * as z from 'zod';
import { endpoint } from '../common/contract/endpoint.js';
import { Problem } from '../common/contract/problem.js';

export const AUTH_TYPES = ['userpass', 'oidc'] as const;
export const AuthType = z.enum(AUTH_TYPES);
export type AuthType = z.infer<typeof AuthType>;

/** Who is signed in to one instance. Holds no token. */
export const SignIn = z.object({
  instance: z.string(),
  displayName: z.string(),
  /** The host that people know it by; null when nothing is configured. */
  rucioUrl: z.string().nullable(),
  authType: AuthType.nullable(),
  account: z.string().nullable(),
  /** User name or subject, where known. */
  identity: z.string().nullable(),
  signedIn: z.boolean(),
  /** When the present token ends. A new one is taken by itself where credentials allow. */
  expiresAt: z.string().nullable(),
  /** Where the credentials come from, e.g. a rucio.cfg's path or an environment variable's name. */
  source: z.string().nullable(),
  problem: Problem.nullable()
});
export type SignIn = z.infer<typeof SignIn>;

export const ConfigurationProblem = z.object({ name: z.string(), message: z.string() });
export type ConfigurationProblem = z.infer<typeof ConfigurationProblem>;

/** Answers also when nothing is configured or Rucio is away: that is what it is for. */
export const getSession = endpoint({
  method: 'GET',
  path: '/session',
  request: z.object({}),
  answer: z.object({
    version: z.string(),
    signIns: z.array(SignIn),
    configurationProblems: z.array(ConfigurationProblem)
  })
});

/** Takes a new token now, e.g. after the credentials were mended. */
export const signInAgain = endpoint({
  method: 'POST',
  path: '/session/renew',
  request: z.object({ instance: z.string().optional() }),
  answer: SignIn
});
