import { setTimeout as wait } from 'node:timers/promises';
import { MILLION } from '../../lab/million.ts';
import { rucioItself } from '../bench-lake.ts';
import { exchange, secondsSince, streamed, type IAnswer } from '../client.ts';
import { ours, startOurs, startReference, theirs } from '../contestants.ts';
import { round, type IBench, type IFigure, type IRow } from '../figure.ts';
import { watchUse, type IUse } from '../processes.ts';
import type { IServerUnderTest } from '../server-under-test.ts';

/** What is known is no older than a second: then Rucio is asked again. */
const STALE_MS = 1200;
const POLL_MS = 1000;
const PATIENCE_MS = 240_000;

interface IMeasured {
  who: IServerUnderTest['name'];
  /** null: it never came. */
  stateSeconds: number | null;
  refresh: { status: number; seconds: number; bytes: number };
  list: { rows: number; seconds: number; bytes: number } | null;
  use: IUse[];
}

/** From the first question to a state on the mounted RSE, and what each later look costs. */
export async function datasetFigures(
  dataset: keyof typeof MILLION.datasets,
  { lake }: IBench
): Promise<IFigure[]> {
  const did = `${MILLION.scope}:${dataset}`;
  const itself = await listOf(await rucioItself(lake), MILLION.scope, dataset);
  const own = await measured(await startOurs(lake), server => measureOurs(server, did));
  const other = await measured(await startReference(lake), server => measureTheirs(server, did));
  const name = `A dataset of ${MILLION.datasets[dataset]} files`;
  return [{ name, rows: tableOf(itself, own, other), raw: [itself, own, other] }];
}

/** Rucio's own list of the files, without their paths. */
async function listOf(rucio: IServerUnderTest, scope: string, dataset: string) {
  const path = `dids/${scope}/${dataset}/files`;
  const files = await streamed(rucio, { path }, '"scope"');
  return { who: rucio.name, rows: files.rows, seconds: files.lastRowSeconds };
}

/** On a server that has never heard of the dataset. */
async function measured(
  server: IServerUnderTest,
  measure: (server: IServerUnderTest) => Promise<Omit<IMeasured, 'who' | 'use'>>
): Promise<IMeasured> {
  try {
    const stop = watchUse(server.pid);
    const result = await measure(server);
    return { who: server.name, ...result, use: stop() };
  } finally {
    await server.stop();
  }
}

const inShort = ({ status, seconds, bytes }: IAnswer) => ({ status, seconds, bytes });

async function measureOurs(server: IServerUnderTest, did: string) {
  const ask = { method: 'POST', path: ours('/availability'), body: { dids: [did] } } as const;
  const first = await exchange(server, ask);
  const hasState = first.status === 200 && first.text.includes('"state"');
  await wait(STALE_MS);
  const refresh = inShort(await exchange(server, ask));
  const files = await streamed(server, { path: ours('/files', { did }) }, '"scope"');
  return {
    stateSeconds: hasState ? first.seconds : null,
    refresh,
    list: { rows: files.rows, seconds: files.lastRowSeconds, bytes: files.bytes }
  };
}

async function measureTheirs(server: IServerUnderTest, did: string) {
  const ask = { path: theirs('did', { did, poll: '0' }) };
  const began = performance.now();
  let stateSeconds: number | null = null;
  while (stateSeconds === null && performance.now() - began < PATIENCE_MS) {
    const { status, text } = await exchange(server, ask);
    if (status !== 200) break;
    if (text.includes('"path"') && !text.includes('FETCHING')) stateSeconds = secondsSince(began);
    else await wait(POLL_MS);
  }
  const last = await exchange(server, ask);
  const rows = last.text.split('"path"').length - 1;
  return {
    stateSeconds,
    refresh: inShort(last),
    list:
      stateSeconds !== null && rows > 0 ? { rows, seconds: stateSeconds, bytes: last.bytes } : null
  };
}

function tableOf(
  itself: { rows: number; seconds: number },
  own: IMeasured,
  other: IMeasured
): IRow[] {
  const row = (
    what: string,
    unit: string,
    value: (each: IMeasured) => number | null | undefined,
    aim = ''
  ): IRow => ({ what, unit, ours: round(value(own)), reference: round(value(other)), aim });
  const peak = ({ use }: IMeasured) => use.reduce((total, { megabytes }) => total + megabytes, 0);
  return [
    row('first question to state', 's', each => each.stateSeconds),
    row('one refresh', 's', each => each.refresh.seconds),
    row('HTTP status of a refresh', '', each => each.refresh.status),
    row('to the browser per refresh', 'kB', each => each.refresh.bytes / 1000, 'under 10'),
    { ...row('list of its files', 's', each => each.list?.seconds), rucio: round(itself.seconds) },
    { ...row('files in that list', '', each => each.list?.rows), rucio: itself.rows },
    row('peak memory, all processes', 'MB', peak)
  ];
}
