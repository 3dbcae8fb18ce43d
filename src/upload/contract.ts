import * as z from 'zod';
import { DidText, ScopeText } from '../common/contract/did.js';
import { endpoint, streamEndpoint } from '../common/contract/endpoint.js';
import { OnInstance } from '../common/contract/instance.js';
import { Problem } from '../common/contract/problem.js';

/**
 * What becomes of a file. `waiting` to be sent; `sending`; `stored`: its bytes are at the store, verified;
 * `registered`: the catalogue has it; `moving`: the lake copies it from scratch space to its destination;
 * `cleaning`: what was begun is being removed. The others are ends: `skipped` is there already, the same.
 */
export const FILE_STATES = [
  'waiting',
  'sending',
  'stored',
  'registered',
  'moving',
  'cleaning',
  'done',
  'skipped',
  'failed',
  'cancelled'
] as const;
export const FileState = z.enum(FILE_STATES);
export type FileState = z.infer<typeof FileState>;

/** `partly`: some files are done, others failed or were refused. `paused`: a person wants it so. */
export const JOB_STATES = [
  'planning',
  'running',
  'paused',
  'cancelling',
  'done',
  'partly',
  'failed',
  'cancelled'
] as const;
export const JobState = z.enum(JOB_STATES);
export type JobState = z.infer<typeof JobState>;

/** Ends of a job: nothing happens to it any more unless a person wants it. */
export const ENDED: ReadonlySet<JobState> = new Set(['done', 'partly', 'failed', 'cancelled']);

/** The first character and the others as Rucio's generic schema has them; a site's own may allow more. */
export const DatasetDid = DidText;

/** Patterns of paths below a folder: `*` within a name, `**` across folders, `?` one character. */
const Globs = z.array(z.string().min(1).max(200)).max(50);

/** Keys as Rucio's JSON metadata takes them: no dot. */
export const MetadataKey = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, {
  message: 'A metadata key has letters, digits, underscores and hyphens, and begins with a letter.'
});
export const Metadata = z.record(MetadataKey, z.string().max(1000));
export type Metadata = z.infer<typeof Metadata>;

/** What the server knows of where the files come from, each switchable off. */
export const PROVENANCE = ['client', 'host', 'notebook', 'kernel', 'inputs'] as const;
export const ProvenancePart = z.enum(PROVENANCE);
export type ProvenancePart = z.infer<typeof ProvenancePart>;

/** What is to be uploaded, and as what. */
export const UploadPlan = z.object({
  /** From the browser relative to Jupyter's root folder, in the command absolute. */
  sources: z.array(z.string().min(1).max(4096)).min(1).max(1000),
  /** If not empty: only paths below a folder that one of these fits. */
  include: Globs.default([]),
  exclude: Globs.default([]),
  scope: ScopeText,
  /** A DID's name is this and the path relative to the source; of a source that is a file, its name. */
  prefix: z.string().max(250).default(''),
  /** What stands for '/' in the DIDs' names, where a scope's schema allows none. */
  separator: z
    .string()
    .regex(/^[/._-]$/)
    .default('/'),
  rseExpression: z.string().min(1).max(500),
  /** One of the RSE's protocols by its scheme; null: the first one that can be used here. */
  protocol: z
    .string()
    .regex(/^[a-z][a-z0-9+.-]{0,20}$/)
    .nullable()
    .default(null),
  /** The files are attached to it; made if it is not there. */
  dataset: DatasetDid.nullable().default(null),
  /** Of the dataset if there is one, else of each file. */
  metadata: Metadata.default({}),
  /** null: never removed. */
  lifetimeSeconds: z.number().int().positive().nullable().default(null),
  /** More than one: Rucio makes the other copies on RSEs of the expression. */
  copies: z.number().int().min(1).max(10).default(1),
  activity: z.string().max(50).nullable().default(null),
  provenance: z.array(ProvenancePart).default([...PROVENANCE]),
  /** The notebook that the files come from, relative to Jupyter's root folder. */
  notebook: z.string().max(4096).nullable().default(null),
  kernel: z.string().max(200).nullable().default(null),
  /** DIDs of the notebook's cart. */
  inputs: z.array(DidText).max(2000).default([]),
  /** From scratch space: the copy there is removed so many seconds after the lake has its own; null: at once. */
  deletionDelaySeconds: z.number().int().positive().nullable().default(null)
});
export type UploadPlan = z.infer<typeof UploadPlan>;

/** How the bytes travel: we send them; a tool of the site does; they lie on a scratch RSE already. */
export const WAYS = ['send', 'tool', 'scratch'] as const;
export const Way = z.enum(WAYS);
export type Way = z.infer<typeof Way>;

export const Destination = z.object({
  rse: z.string(),
  /** null: Rucio does not say before it is tried. */
  mayWrite: z.boolean().nullable(),
  /** Why not, in a sentence. */
  reason: z.string().nullable(),
  deterministic: z.boolean(),
  schemes: z.array(z.string()),
  /** null: the site does not publish it. */
  freeBytes: z.number().nullable(),
  quota: z.object({ limitBytes: z.number().nullable(), usedBytes: z.number() })
});
export type Destination = z.infer<typeof Destination>;

/** RSEs that an expression stands for (left out: all of them), those that may be written to first. */
export const listDestinations = endpoint({
  method: 'POST',
  path: '/uploads/destinations',
  request: OnInstance.extend({ rseExpression: z.string().min(1).max(500).optional() }),
  answer: z.object({ destinations: z.array(Destination) })
});

/** How the dialog begins: what the administrator configured, and what suits the account. */
export const uploadDefaults = endpoint({
  method: 'GET',
  path: '/uploads/defaults',
  request: OnInstance,
  answer: z.object({
    scope: z.string(),
    scopes: z.array(z.string()),
    rseExpression: z.string(),
    lifetimeDays: z.number().nullable(),
    provenance: z.array(ProvenancePart),
    activities: z.array(z.string()),
    /** Scratch folders, with the RSE that each one is. */
    scratch: z.array(z.object({ path: z.string(), rse: z.string() }))
  })
});

/**
 * What would become of a file. `new`; `same`: there already with this checksum or, before it is known, size;
 * `other`: the DID exists with other content; `refused`: the problem says why; `left-out`: hidden, no failure.
 */
export const FATES = ['new', 'same', 'other', 'refused', 'left-out'] as const;
export const PlannedFile = z.object({
  path: z.string(),
  /** null: no DID can be made of it. */
  did: z.string().nullable(),
  bytes: z.number().nullable(),
  fate: z.enum(FATES),
  problem: Problem.nullable()
});
export type PlannedFile = z.infer<typeof PlannedFile>;

/** Changes nothing (POST only for its length). Files in batches, in the order in which they are found. */
export const planUpload = streamEndpoint({
  method: 'POST',
  path: '/uploads/plan',
  request: OnInstance.extend(UploadPlan.shape),
  item: z.array(PlannedFile),
  end: z.object({
    files: z.number().int(),
    bytes: z.number(),
    /** The one that would be taken; null: none of them can be. */
    rse: z.string().nullable(),
    way: Way,
    /** What would stop all of it, e.g. the quota. */
    problem: Problem.nullable()
  })
});

export const JobId = z.string().regex(/^[0-9a-z]{8,32}$/);

export const Job = z.object({
  id: JobId,
  instance: z.string(),
  /** For people, e.g. "plots/ → user.alice:plots". */
  title: z.string(),
  state: JobState,
  way: Way,
  rse: z.string().nullable(),
  dataset: z.string().nullable(),
  /** Why it does not go on, though it tries again by itself; or why it could not be done at all. */
  problem: Problem.nullable(),
  files: z.object({
    total: z.number().int(),
    done: z.number().int(),
    skipped: z.number().int(),
    failed: z.number().int()
  }),
  bytes: z.object({ total: z.number(), sent: z.number() }),
  /** From the last seconds; null while nothing moves. */
  bytesPerSecond: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  createdAt: z.string(),
  endedAt: z.string().nullable()
});
export type Job = z.infer<typeof Job>;

export const UploadFile = z.object({
  /** Within the job. */
  nr: z.number().int(),
  path: z.string(),
  did: z.string(),
  state: FileState,
  bytes: z.number(),
  sent: z.number(),
  adler32: z.string().nullable(),
  pfn: z.string().nullable(),
  problem: Problem.nullable()
});
export type UploadFile = z.infer<typeof UploadFile>;

const JobAnswer = z.object({ job: Job });

/** Answers as soon as the job is on the list; from then on it survives whatever happens to this server. */
export const startUpload = endpoint({
  method: 'POST',
  path: '/uploads/start',
  request: OnInstance.extend(UploadPlan.shape),
  answer: JobAnswer
});

/** Of all instances, the newest first. */
export const listUploads = endpoint({
  method: 'GET',
  path: '/uploads',
  request: z.object({}),
  answer: z.object({ jobs: z.array(Job) })
});

/** Files of a job by number, those of one state or all. */
export const listUploadFiles = endpoint({
  method: 'GET',
  path: '/uploads/files',
  request: z.object({
    job: JobId,
    state: FileState.optional(),
    after: z.coerce.number().int().min(-1).default(-1),
    limit: z.coerce.number().int().min(1).max(1000).default(200)
  }),
  answer: z.object({ files: z.array(UploadFile), next: z.number().int().nullable() })
});

export const LogLine = z.object({
  at: z.string(),
  level: z.enum(['info', 'warning', 'error']),
  text: z.string()
});
export type LogLine = z.infer<typeof LogLine>;

export const uploadLog = endpoint({
  method: 'GET',
  path: '/uploads/log',
  request: z.object({ job: JobId }),
  answer: z.object({ lines: z.array(LogLine) })
});

/** What a person may want of a job. `remove` takes one that has ended off the list. */
export const WISHES = ['pause', 'resume', 'cancel', 'retry', 'remove'] as const;
export const Wish = z.enum(WISHES);
export type Wish = z.infer<typeof Wish>;

/** Answers the job as it is now; null: it is off the list. What was wished happens soon. */
export const wishUpload = endpoint({
  method: 'POST',
  path: '/uploads/wish',
  request: z.object({ job: JobId, want: Wish }),
  answer: z.object({ job: Job.nullable() })
});

export const ScratchFolder = z.object({
  path: z.string(),
  rse: z.string(),
  deleteAfterDays: z.number(),
  files: z.number().int(),
  bytes: z.number(),
  /** Older than that, and no upload needs them. */
  removable: z.object({ files: z.number().int(), bytes: z.number() }),
  /** Needed by uploads under way. */
  held: z.number().int(),
  problem: Problem.nullable()
});
export type ScratchFolder = z.infer<typeof ScratchFolder>;

export const scratchStatus = endpoint({
  method: 'GET',
  path: '/scratch',
  request: OnInstance,
  answer: z.object({ folders: z.array(ScratchFolder) })
});
