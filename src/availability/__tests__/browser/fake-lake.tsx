import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { DisposableDelegate } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { QueryClient } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import type { LakeEvent } from '../../../common/contract/events.js';
import type { Problem } from '../../../common/contract/problem.js';
import type { ConnectionState, ILake, ILakeEvents } from '../../../sidebar/browser/tokens.js';
import { AvailabilityActions } from '../../browser/actions.js';
import { AvailabilityRoot } from '../../browser/availability-root.js';
import { AwaitedDids } from '../../browser/awaited.js';
import { addAvailabilityCommands } from '../../browser/commands.js';
import { Preferences } from '../../browser/preferences.js';
import { AvailabilityReader } from '../../browser/reader.js';
import type { Availability, AvailabilityAnswer, Rule } from '../../contract.js';

export const RULE: Rule = {
  id: '0123456789abcdef0123456789abcdef',
  did: 'obs:waves',
  account: 'alice',
  mine: true,
  state: 'REPLICATING',
  rseExpression: 'NEAR',
  copies: 1,
  createdAt: '2026-11-21T10:00:00Z',
  expiresAt: '2099-01-01T00:00:00Z',
  locks: { ok: 9, replicating: 10, stuck: 1 },
  error: null,
  activity: null,
  comment: null
};

export function availability(change: Partial<Availability> = {}): Availability {
  return {
    did: 'obs:waves',
    type: 'DATASET',
    state: 'NOT_AVAILABLE',
    version: 1,
    rse: 'NEAR',
    files: { total: 20, available: 0, replicating: 0, stuck: 0 },
    bytes: { total: 1_300_000_000, available: 0 },
    rule: null,
    endsSoon: false,
    paths: { checked: 0, total: 0, missing: 0, firstMissing: null },
    reason: null,
    etaSeconds: null,
    ...change
  };
}

export const PLAN = {
  rse: 'NEAR',
  files: 20,
  bytes: 1_300_000_000,
  missingFiles: 20,
  missingBytes: 1_200_000_000,
  quota: { limitBytes: 5_000_000_000, usedBytes: 900_000_000, remainingBytes: 4_100_000_000 },
  fits: true,
  expectedSeconds: 120,
  lifetime: { defaultSeconds: 7 * 86_400, minSeconds: 86_400, maxSeconds: 30 * 86_400 },
  rseExpressions: ['NEAR'],
  problems: []
};

class FakeEvents implements ILakeEvents {
  readonly state: ConnectionState = 'open';
  readonly stateChanged = new Signal<this, ConnectionState>(this);
  readonly received = new Signal<this, LakeEvent>(this);
  readonly watched: string[] = [];

  watch(keys: readonly string[]) {
    this.watched.push(...keys);
    return new DisposableDelegate(() => {
      for (const key of keys) {
        this.watched.splice(this.watched.indexOf(key), 1);
      }
    });
  }
}

interface IRequest {
  path: string;
  body: Record<string, unknown>;
}

type Answer = (request: IRequest) => unknown;

/** A problem as an answer of the fake server. */
export class Refusal {
  constructor(readonly problem: Problem) {}
}

/** The lines of a streamed answer. */
export class Lines {
  constructor(readonly lines: readonly object[]) {}
}

/** Answers with what `waits` is given later, so that answers can come late and out of order. */
export function gate<T>() {
  let open: (value: T) => void = () => undefined;
  const waits = new Promise<T>(resolve => {
    open = resolve;
  });
  return { waits, open };
}

/** A data lake server in memory, as the browser sees it. */
export function fakeLake(answers: Record<string, Answer> = {}) {
  const requests: IRequest[] = [];
  const table: Record<string, Answer> = {
    '/session': () => ({
      version: '1',
      configurationProblems: [],
      signIns: [
        {
          instance: 'near',
          displayName: 'Near',
          rucioUrl: null,
          authType: 'userpass',
          account: 'alice',
          identity: null,
          signedIn: true,
          expiresAt: null,
          source: null,
          credentialEndsAt: null,
          credentialProblem: null,
          problem: null
        }
      ]
    }),
    '/availability/plan': () => PLAN,
    '/rules': () => new Lines([{ end: { count: 0 } }]),
    ...answers
  };
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const path = url.pathname.replace(/^.*\/jupyterlab-datalake\/api/, '');
    const text = await request.text();
    const body = (text === '' ? Object.fromEntries(url.searchParams) : JSON.parse(text)) as Record<
      string,
      unknown
    >;
    requests.push({ path, body });
    const answer = await table[path]({ path, body });
    if (answer instanceof Refusal) {
      return Response.json(answer.problem, { status: 500 });
    }
    return answer instanceof Lines
      ? new Response(answer.lines.map(line => `${JSON.stringify(line)}\n`).join(''))
      : Response.json(answer);
  };
  const events = new FakeEvents();
  const lake: ILake = {
    settings: ServerConnection.makeSettings({ baseUrl: 'http://localhost/', Request, fetch }),
    queries: new QueryClient({
      defaultOptions: { queries: { retry: false }, mutations: { retry: false } }
    }),
    events,
    trans: nullTranslator.load('jupyterlab_datalake')
  };
  const asked = (path: string) => requests.filter(request => request.path === path);
  return { lake, events, requests, asked, table };
}

/** Answers `POST /availability` from a table that the test may change. */
export function answering(
  table: Record<string, Availability | Problem>
): (request: IRequest) => { answers: AvailabilityAnswer[] } {
  return ({ body }) => ({
    answers: (body.dids as string[]).map(did => {
      const known = table[did] ?? availability({ did });
      return 'code' in known ? { did, problem: known } : { did, availability: known };
    })
  });
}

/** The slice's services on a fake lake, with the real commands. */
export function makeServices(fake: ReturnType<typeof fakeLake>) {
  const reader = new AvailabilityReader(fake.lake);
  const awaited = new AwaitedDids(fake.lake, reader, null);
  const services = {
    lake: fake.lake,
    reader,
    awaited,
    preferences: new Preferences(),
    commands: new CommandRegistry()
  };
  addAvailabilityCommands(services, new AvailabilityActions(fake.lake, reader, awaited));
  return services;
}

export function show(services: ReturnType<typeof makeServices>, children: ReactNode) {
  return render(<AvailabilityRoot services={services}>{children}</AvailabilityRoot>);
}
