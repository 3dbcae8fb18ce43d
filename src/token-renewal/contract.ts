import * as z from 'zod';
import { endpoint } from '../common/contract/endpoint.js';
import { Problem } from '../common/contract/problem.js';

export const AUTH_TYPES = ['userpass', 'oidc', 'x509', 'x509_proxy'] as const;
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
  /** User name, subject or distinguished name, where known. */
  identity: z.string().nullable(),
  signedIn: z.boolean(),
  /** When the present token ends. A new one is taken by itself where credentials allow. */
  expiresAt: z.string().nullable(),
  /** Where the credentials come from, e.g. a rucio.cfg's path or an environment variable's name. */
  source: z.string().nullable(),
  /** When the certificate or proxy that signs us in ends itself; null: there is none, or it cannot be read. */
  credentialEndsAt: z.string().nullable(),
  /** It ends soon, or has ended while Rucio's token is good still. */
  credentialProblem: Problem.nullable(),
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

export const TOKEN_SOURCES = ['hub', 'file', 'environment', 'sign-in', 'agent', 'rucio'] as const;

/** One token that is kept fresh. Holds no token. */
export const TokenStatus = z.object({
  name: z.string(),
  audience: z.string(),
  scope: z.string(),
  /** Where it is for those who use it. */
  file: z.string(),
  /** `failing`: it is good still, but could not be renewed. `waiting`: there was never one. */
  state: z.enum(['waiting', 'valid', 'failing', 'expired']),
  expiresAt: z.string().nullable(),
  renewedAt: z.string().nullable(),
  /** When it is renewed, or tried again; null: now. */
  nextAt: z.string().nullable(),
  /** What the clocks of this machine and of the identity provider differ by; null: not known. */
  clockSkewSeconds: z.number().nullable(),
  problem: Problem.nullable()
});
export type TokenStatus = z.infer<typeof TokenStatus>;

/** A sign-in that goes on elsewhere: on another device (RFC 8628), or by a link of Rucio's. */
export const DeviceSignIn = z.object({
  /** null: none has to be typed in. */
  userCode: z.string().nullable(),
  url: z.url(),
  /** The same with the code in it; null: there is none. */
  completeUrl: z.url().nullable(),
  expiresAt: z.string()
});
export type DeviceSignIn = z.infer<typeof DeviceSignIn>;

/** The tokens of one instance. */
export const TokensStatus = z.object({
  instance: z.string(),
  source: z.enum(TOKEN_SOURCES),
  /** The identity provider's host. */
  issuer: z.string(),
  /** Whether a person signs in here, rather than at the hub or an agent. */
  signsInHere: z.boolean(),
  signedIn: z.boolean(),
  /** Whether this process renews, or another one of this user. */
  renewsHere: z.boolean(),
  device: DeviceSignIn.nullable(),
  /** Why the last sign-in on another device failed. */
  deviceProblem: Problem.nullable(),
  targets: z.array(TokenStatus),
  /** What people can do themselves, since nothing of theirs is replaced. */
  hints: z.array(z.string())
});
export type TokensStatus = z.infer<typeof TokensStatus>;

const OfInstance = z.object({ instance: z.string().optional() });

export const getTokens = endpoint({
  method: 'GET',
  path: '/tokens',
  request: z.object({}),
  answer: z.object({ tokens: z.array(TokensStatus) })
});

/** Takes new tokens now, for all targets or for one. Answers before they are there. */
export const renewTokens = endpoint({
  method: 'POST',
  path: '/tokens/renew',
  request: OfInstance.extend({ target: z.string().optional() }),
  answer: TokensStatus
});

/** Begins a sign-in in this browser; the person is to be sent to the URL. */
export const beginSignIn = endpoint({
  method: 'POST',
  path: '/tokens/sign-in',
  request: OfInstance.extend({ redirectUri: z.url() }),
  answer: z.object({ url: z.url() })
});

/** Ends it, with the query that the identity provider sent back. */
export const finishSignIn = endpoint({
  method: 'POST',
  path: '/tokens/callback',
  request: z.object({ query: z.string().max(10_000) }),
  answer: TokensStatus
});

export const beginDeviceSignIn = endpoint({
  method: 'POST',
  path: '/tokens/device',
  request: OfInstance,
  answer: TokensStatus
});

export const cancelDeviceSignIn = endpoint({
  method: 'POST',
  path: '/tokens/device/cancel',
  request: OfInstance,
  answer: TokensStatus
});

/** Gives back what we obtained, and takes the token files away. */
export const signOut = endpoint({
  method: 'POST',
  path: '/tokens/sign-out',
  request: OfInstance,
  answer: TokensStatus
});
