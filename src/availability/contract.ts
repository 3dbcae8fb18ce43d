import * as z from 'zod';
import { DidText, DidType } from '../common/contract/did.js';
import { endpoint, streamEndpoint } from '../common/contract/endpoint.js';
import { OnInstance } from '../common/contract/instance.js';
import { Problem } from '../common/contract/problem.js';

/** As Rucio spells them (lib/rucio/db/sqla/constants.py, RuleState). */
export const RULE_STATES = [
  'REPLICATING',
  'OK',
  'STUCK',
  'SUSPENDED',
  'WAITING_APPROVAL',
  'INJECT'
] as const;
export const RuleState = z.enum(RULE_STATES);
export type RuleState = z.infer<typeof RuleState>;

/** Whether the account that is signed in may do something; if not, why, in a sentence. */
export const Ability = z.object({ allowed: z.boolean(), reason: z.string().nullable() });
export type Ability = z.infer<typeof Ability>;

export const Rule = z.object({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  did: DidText,
  account: z.string(),
  /** Of the account that is signed in. */
  mine: z.boolean(),
  state: RuleState,
  rseExpression: z.string(),
  copies: z.number().int(),
  createdAt: z.string().nullable(),
  /** null: the rule has no end. */
  expiresAt: z.string().nullable(),
  locks: z.object({ ok: z.number(), replicating: z.number(), stuck: z.number() }),
  /** Rucio's own words for what went wrong, scrubbed. */
  error: z.string().nullable(),
  activity: z.string().nullable(),
  comment: z.string().nullable(),
  /** Left out where Rucio's policy is not known: then it is tried, and a refusal explained after. */
  abilities: z.object({ retry: Ability, extend: Ability, cancel: Ability }).optional()
});
export type Rule = z.infer<typeof Rule>;

/**
 * AVAILABLE: complete on the mounted RSE and every checked path is there. PATH_MISSING: Rucio says
 * complete, but a checked path is not there. NOT_AVAILABLE: Rucio was asked, and nothing brings it.
 * The others are Rucio's states of the rule that brings it. "Could not ask" is a problem, no state.
 */
export const AVAILABILITY_STATES = [
  'NOT_AVAILABLE',
  'REPLICATING',
  'STUCK',
  'SUSPENDED',
  'WAITING_APPROVAL',
  'INJECT',
  'PATH_MISSING',
  'AVAILABLE'
] as const;
export const AvailabilityState = z.enum(AVAILABILITY_STATES);

/** So much later than Rucio knows of a file may a mount show it, before somebody is told that it is missing. */
export const MOUNT_LAG_MS = 60_000;
export type AvailabilityState = z.infer<typeof AvailabilityState>;

/** Where a DID stands on the mounted RSE. A few hundred bytes, whatever the number of files. */
export const Availability = z.object({
  did: DidText,
  type: DidType,
  state: AvailabilityState,
  /** Rises with every change; of the server's life, not for ever. */
  version: z.number().int(),
  rse: z.string(),
  files: z.object({
    total: z.number().int(),
    available: z.number().int(),
    replicating: z.number().int(),
    stuck: z.number().int()
  }),
  bytes: z.object({ total: z.number(), available: z.number() }),
  /** The rule that brings it or keeps it there: of those that do, the one that lasts longest. */
  rule: Rule.nullable(),
  /** That rule ends within a day. */
  endsSoon: z.boolean(),
  paths: z.object({
    checked: z.number().int(),
    total: z.number().int(),
    missing: z.number().int(),
    firstMissing: z.string().nullable()
  }),
  /** Why it does not go on, in Rucio's or our words; null while nothing is wrong. */
  reason: z.string().nullable(),
  /** From the rate seen so far; null while nothing has been seen. */
  etaSeconds: z.number().nullable()
});
export type Availability = z.infer<typeof Availability>;

export const AvailabilityAnswer = z.union([
  z.object({ did: z.string(), availability: Availability }),
  z.object({ did: z.string(), problem: Problem })
]);
export type AvailabilityAnswer = z.infer<typeof AvailabilityAnswer>;

const Dids = z.array(DidText).min(1).max(2000);

/** In the order asked. Changes nothing (POST only for its length). */
export const queryAvailability = endpoint({
  method: 'POST',
  path: '/availability',
  request: OnInstance.extend({ dids: Dids }),
  answer: z.object({ answers: z.array(AvailabilityAnswer) })
});

export const Lifetime = z.object({
  defaultSeconds: z.number(),
  minSeconds: z.number().nullable(),
  maxSeconds: z.number().nullable()
});

/** What a person wants to know before pressing Make Available. */
export const planAvailability = endpoint({
  method: 'POST',
  path: '/availability/plan',
  request: OnInstance.extend({ dids: Dids, rseExpression: z.string().max(500).optional() }),
  answer: z.object({
    rse: z.string(),
    files: z.number().int(),
    bytes: z.number(),
    /** What is not there yet, and would come. */
    missingFiles: z.number().int(),
    missingBytes: z.number(),
    /** null bytes: Rucio sets no limit. */
    quota: z.object({
      limitBytes: z.number().nullable(),
      usedBytes: z.number(),
      remainingBytes: z.number().nullable()
    }),
    fits: z.boolean(),
    /** From what came to this RSE lately; null when nothing did. */
    expectedSeconds: z.number().nullable(),
    lifetime: Lifetime,
    /** What may be chosen; the first is the default. */
    rseExpressions: z.array(z.string()),
    problems: z.array(z.object({ did: z.string(), problem: Problem }))
  })
});

export const MakeOutcome = z.enum(['requested', 'already-there', 'already-requested']);

export const MakeResult = z.union([
  z.object({ did: z.string(), outcome: MakeOutcome, rule: Rule.nullable() }),
  z.object({ did: z.string(), problem: Problem })
]);
export type MakeResult = z.infer<typeof MakeResult>;

/** One rule a DID, only where nothing brings it yet. One that fails does not stop the others. */
export const makeAvailable = endpoint({
  method: 'POST',
  path: '/availability/make',
  request: OnInstance.extend({
    dids: Dids,
    lifetimeSeconds: z.number().int().positive().optional(),
    rseExpression: z.string().max(500).optional()
  }),
  answer: z.object({ results: z.array(MakeResult) })
});

const OnRule = OnInstance.extend({ ruleId: Rule.shape.id });

/** Answers the rule as it is afterwards; null when it is gone. */
const AfterRule = z.object({ rule: Rule.nullable() });

/** A STUCK rule is tried again. */
export const retryRule = endpoint({
  method: 'POST',
  path: '/rules/retry',
  request: OnRule,
  answer: AfterRule
});

/** The rule ends so many seconds from now. */
export const extendRule = endpoint({
  method: 'POST',
  path: '/rules/extend',
  request: OnRule.extend({ lifetimeSeconds: z.number().int().positive() }),
  answer: AfterRule
});

/** The rule is given up: Rucio removes it after its hour of grace. */
export const cancelRule = endpoint({
  method: 'POST',
  path: '/rules/cancel',
  request: OnRule,
  answer: AfterRule
});

/** Rules of a DID, or (without one) of the account that is signed in. */
export const listRules = streamEndpoint({
  method: 'GET',
  path: '/rules',
  request: OnInstance.extend({ did: DidText.optional() }),
  item: z.array(Rule),
  end: z.object({ count: z.number().int() })
});

export const FILE_STATES = [
  'AVAILABLE',
  'NOT_AVAILABLE',
  'REPLICATING',
  'STUCK',
  'PATH_MISSING'
] as const;

/** A file of a DID with the place where it is, or will be, on the mounted RSE. */
export const LocalFile = z.object({
  scope: z.string(),
  name: z.string(),
  bytes: z.number().nullable(),
  adler32: z.string().nullable(),
  path: z.string().nullable(),
  pfn: z.string().nullable(),
  state: z.enum(FILE_STATES)
});
export type LocalFile = z.infer<typeof LocalFile>;

export const listLocalFiles = streamEndpoint({
  method: 'GET',
  path: '/files',
  request: OnInstance.extend({ did: DidText }),
  item: z.array(LocalFile),
  end: z.object({ count: z.number().int() })
});

export const MOUNT_STATES = ['OK', 'MISSING', 'NOT_ANSWERING', 'UNKNOWN'] as const;

export const MountHealth = z.object({
  instance: z.string(),
  rse: z.string(),
  path: z.string(),
  state: z.enum(MOUNT_STATES),
  /** How long the last answer took. */
  milliseconds: z.number().nullable(),
  checkedAt: z.string().nullable(),
  problem: Problem.nullable()
});
export type MountHealth = z.infer<typeof MountHealth>;

export const listMounts = endpoint({
  method: 'GET',
  path: '/mounts',
  request: OnInstance,
  answer: z.object({ mounts: z.array(MountHealth) })
});
