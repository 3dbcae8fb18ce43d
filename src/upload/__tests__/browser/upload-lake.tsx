import { CommandRegistry } from '@lumino/commands';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import type * as z from 'zod';
import { listScopes, getDid, searchDids } from '../../../catalogue/contract.js';
import type { IEndpoint, IStreamEndpoint } from '../../../common/contract/endpoint.js';
import type { Problem } from '../../../common/contract/problem.js';
import {
  browserLake,
  problemResponse,
  streamed,
  type Asked,
  type StreamedAnswer
} from '../../../testing/browser-lake.js';
import { getSession, type SignIn } from '../../../token-renewal/contract.js';
import { Drafts } from '../../browser/drafts.js';
import { LastChoices } from '../../browser/last-used.js';
import type { IUploadServices } from '../../browser/services.js';
import { UploadReader } from '../../browser/upload-reader.js';
import { UploadRoot } from '../../browser/upload-root.js';
import { addWishCommands } from '../../browser/wish-commands.js';
import {
  listDestinations,
  listUploadFiles,
  listUploads,
  planUpload,
  startUpload,
  uploadDefaults,
  uploadLog,
  wishUpload,
  type Job,
  type PlannedFile,
  type UploadFile
} from '../../contract.js';

export const ALICE: SignIn = {
  instance: 'near',
  displayName: 'escape',
  rucioUrl: 'https://rucio.example',
  authType: 'userpass',
  account: 'alice',
  identity: null,
  signedIn: true,
  expiresAt: null,
  source: null,
  credentialEndsAt: null,
  credentialProblem: null,
  problem: null
};

export const DEFAULTS: z.input<typeof uploadDefaults.answer> = {
  scope: 'user.alice',
  scopes: ['user.alice', 'group.waves'],
  rseExpression: 'NEAR',
  lifetimeDays: 30,
  provenance: ['client', 'host', 'notebook', 'kernel', 'inputs'],
  activities: ['User Subscriptions'],
  scratch: []
};

type Destination = z.input<typeof listDestinations.answer>['destinations'][number];

export const NEAR: Destination = {
  rse: 'NEAR',
  mayWrite: true,
  reason: null,
  deterministic: true,
  schemes: ['davs'],
  freeBytes: 2e12,
  quota: { limitBytes: 5e9, usedBytes: 9e8 }
};
export const TAPE: Destination = {
  ...NEAR,
  rse: 'TAPE',
  mayWrite: false,
  reason: 'It is closed for writing at the moment.',
  freeBytes: null,
  quota: { limitBytes: null, usedBytes: 0 }
};

export function planned(change: Partial<PlannedFile> = {}): PlannedFile {
  return {
    path: 'plots/a.png',
    did: 'user.alice:plots/a.png',
    bytes: 1000,
    fate: 'new',
    problem: null,
    ...change
  };
}

export function job(change: Partial<Job> = {}): Job {
  return {
    id: 'job00001',
    instance: 'near',
    title: 'plots/ → user.alice:plots',
    state: 'running',
    way: 'send',
    rse: 'NEAR',
    dataset: 'user.alice:plots',
    problem: null,
    files: { total: 12, done: 6, skipped: 1, failed: 0 },
    bytes: { total: 10_000_000, sent: 3_400_000 },
    bytesPerSecond: 3_100_000,
    etaSeconds: 120,
    createdAt: '2026-11-22T10:00:00Z',
    endedAt: null,
    ...change
  };
}

export function file(change: Partial<UploadFile> = {}): UploadFile {
  return {
    nr: 0,
    path: 'plots/a.png',
    did: 'user.alice:plots/a.png',
    state: 'done',
    bytes: 1000,
    sent: 1000,
    adler32: '00000001',
    pfn: null,
    problem: null,
    ...change
  };
}

/** A problem as an answer of the stand-in. */
export class Refusal {
  constructor(readonly problem: Problem) {}
}

type Given<A> = A | Refusal | Promise<A | Refusal>;

/** An answer that reads the request, and is read, as the real server's is. */
function on<Q extends z.ZodType, A extends z.ZodType>(
  spec: IEndpoint<Q, A>,
  answer: (request: z.output<Q>) => Given<z.input<A>>
) {
  return {
    [spec.path]: async (asked: Asked) => {
      const given = await answer(spec.request.parse(asked));
      return given instanceof Refusal
        ? problemResponse(given.problem)
        : Response.json(spec.answer.parse(given));
    }
  };
}

function onStream<Q extends z.ZodType, I extends z.ZodType, E extends z.ZodType>(
  spec: IStreamEndpoint<Q, I, E>,
  answer: (
    request: z.output<Q>
  ) => { items: z.input<I>[]; end: z.input<E> } | Refusal | StreamedAnswer
) {
  return {
    [spec.path]: (asked: Asked) => {
      const given = answer(spec.request.parse(asked));
      if (given instanceof Refusal) {
        return problemResponse(given.problem);
      }
      return 'items' in given
        ? streamed(
            given.items.map(item => spec.item.parse(item)),
            spec.end.parse(given.end) as object
          )
        : given;
    }
  };
}

export function planEnd(
  files: readonly PlannedFile[],
  change: Partial<z.input<typeof planUpload.end>> = {}
): z.input<typeof planUpload.end> {
  const bytes = files.reduce((sum, one) => sum + (one.bytes ?? 0), 0);
  return { files: files.length, bytes, rse: 'NEAR', way: 'send', problem: null, ...change };
}

type Table = {
  defaults: () => Given<typeof DEFAULTS>;
  destinations: (expression?: string) => Given<{ destinations: Destination[] }>;
  plan: (
    request: z.output<typeof planUpload.request>
  ) => { items: PlannedFile[][]; end: z.input<typeof planUpload.end> } | Refusal | StreamedAnswer;
  start: (request: z.output<typeof startUpload.request>) => Given<{ job: Job }>;
  jobs: () => Given<{ jobs: Job[] }>;
  files: (
    request: z.output<typeof listUploadFiles.request>
  ) => Given<z.input<typeof listUploadFiles.answer>>;
  log: () => Given<z.input<typeof uploadLog.answer>>;
  wish: (request: z.output<typeof wishUpload.request>) => Given<{ job: Job | null }>;
  dataset: (did: string) => Given<z.input<typeof getDid.answer>>;
};

/** A data lake server in memory; what it answers may be changed while a test runs. */
export function uploadLake(change: Partial<Table> = {}, signIns: SignIn[] = [ALICE]) {
  const table: Table = {
    defaults: () => DEFAULTS,
    destinations: () => ({ destinations: [NEAR, TAPE] }),
    plan: () => ({ items: [[planned()]], end: planEnd([planned()]) }),
    start: () => ({ job: job() }),
    jobs: () => ({ jobs: [] }),
    files: () => ({ files: [file()], next: null }),
    log: () => ({ lines: [] }),
    wish: ({ job: id }) => ({ job: job({ id }) }),
    dataset: () => new Refusal({ code: 'not-found', message: 'It is not there.' }),
    ...change
  };
  const server = browserLake({
    ...on(getSession, () => ({ version: '1', configurationProblems: [], signIns })),
    ...on(listScopes, () => ({
      scopes: ['group.waves', 'obs.2024', 'user.alice'],
      own: ['group.waves', 'user.alice']
    })),
    ...on(getDid, ({ did }) => table.dataset(did)),
    ...onStream(searchDids, () => ({ items: [], end: { count: 0 } })),
    ...on(uploadDefaults, () => table.defaults()),
    ...on(listDestinations, ({ rseExpression }) => table.destinations(rseExpression)),
    ...onStream(planUpload, request => table.plan(request)),
    ...on(startUpload, request => table.start(request)),
    ...on(listUploads, () => table.jobs()),
    ...on(listUploadFiles, request => table.files(request)),
    ...on(uploadLog, () => table.log()),
    ...on(wishUpload, request => table.wish(request))
  });
  const services: IUploadServices = {
    lake: server.lake,
    commands: new CommandRegistry(),
    reader: new UploadReader(server.lake),
    last: new LastChoices(null),
    drafts: new Drafts()
  };
  addWishCommands(services);
  const askedOf = (path: string) =>
    server.asked.filter(one => one.path === path).map(({ asked }) => asked);
  return { ...server, services, table, askedOf };
}

export function show(services: IUploadServices, children: ReactNode) {
  return render(<UploadRoot services={services}>{children}</UploadRoot>);
}
