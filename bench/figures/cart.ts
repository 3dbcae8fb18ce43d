import { setTimeout as wait } from 'node:timers/promises';
import { childOf, MILLION } from '../../lab/million.ts';
import { exchange, secondsSince } from '../client.ts';
import { ours, startOurs, startReference, theirs } from '../contestants.ts';
import { round, type IBench, type IFigure, type IRow } from '../figure.ts';
import { RucioObserver } from '../rucio-observer.ts';
import type { IServerUnderTest } from '../server-under-test.ts';
import { median } from '../statistics.ts';

const SIZES = [20, 200, 2000];
/** What is known is no older than a second: then Rucio is asked again. */
const STALE_MS = 1200;
/** As many connections as a browser opens to one server. */
const BROWSER_CONNECTIONS = 6;
const PATIENCE_MS = 240_000;

interface ILook {
  seconds: number;
  rucioRequests: number;
  bytes: number;
  /** How many DIDs got a state. */
  states: number;
}

interface IMeasured {
  who: IServerUnderTest['name'];
  size: number;
  /** At a server that has never heard of these DIDs. */
  first: ILook;
  refresh: ILook;
}

type Asker = (dids: readonly string[]) => Promise<Omit<ILook, 'seconds' | 'rucioRequests'>>;

/** What one look at a whole cart costs, and how that grows with the cart. */
export async function cartFigures({ lake, rounds }: IBench): Promise<IFigure[]> {
  const observer = await RucioObserver.of(lake);
  const all: IMeasured[] = [];
  for (const size of SIZES) {
    // The reference takes minutes for the largest.
    for (let count = 0; count < (size === Math.max(...SIZES) ? 1 : rounds); count++) {
      const dids = Array.from({ length: size }, (_, at) => `${MILLION.scope}:${childOf(at + 1)}`);
      for (const [start, asker] of [
        [startOurs, askOurs],
        [startReference, askTheirs]
      ] as const) {
        const server = await start(lake);
        try {
          const first = await looked(observer, dids, asker(server, true));
          await wait(STALE_MS);
          const refresh = await looked(observer, dids, asker(server, false));
          all.push({ who: server.name, size, first, refresh });
        } finally {
          await server.stop();
        }
      }
    }
  }
  return SIZES.map(size => {
    const these = all.filter(each => each.size === size);
    return { name: `A cart of ${size} DIDs`, rows: tableOf(these), raw: these };
  });
}

async function looked(
  observer: RucioObserver,
  dids: readonly string[],
  ask: Asker
): Promise<ILook> {
  const before = observer.requests();
  const began = performance.now();
  const answer = await ask(dids);
  const seconds = secondsSince(began);
  return { ...answer, seconds, rucioRequests: observer.requests() - before };
}

/** One question for all of them. */
const askOurs =
  (server: IServerUnderTest): Asker =>
  async dids => {
    const body = { dids: [...dids] };
    const { text, bytes } = await exchange(server, {
      method: 'POST',
      path: ours('/availability'),
      body
    });
    const { answers } = JSON.parse(text) as { answers: { availability?: object }[] };
    return { bytes, states: answers.filter(({ availability }) => availability).length };
  };

/** One question for each, and again until it is no longer being fetched; a refresh takes what is known. */
const askTheirs =
  (server: IServerUnderTest, untilKnown: boolean): Asker =>
  async dids => {
    const left = [...dids];
    let bytes = 0;
    let states = 0;
    const began = performance.now();
    const askAll = async () => {
      for (let did = left.shift(); did !== undefined; did = left.shift()) {
        const answer = await exchange(server, { path: theirs('did', { did, poll: '0' }) });
        bytes += answer.bytes;
        const isKnown = answer.status === 200 && !answer.text.includes('FETCHING');
        if (isKnown) states++;
        else if (untilKnown && performance.now() - began < PATIENCE_MS) {
          left.push(did);
          await wait(100);
        }
      }
    };
    await Promise.all(Array.from({ length: BROWSER_CONNECTIONS }, askAll));
    return { bytes, states };
  };

function tableOf(all: readonly IMeasured[]): IRow[] {
  const row = (what: string, unit: string, value: (each: IMeasured) => number, aim = ''): IRow => {
    const middle = (who: string) => round(median(all.filter(each => each.who === who).map(value)));
    return { what, unit, ours: middle('ours'), reference: middle('reference'), aim };
  };
  return [
    row('first look', 's', ({ first }) => first.seconds),
    row('Rucio requests of the first look', '', ({ first }) => first.rucioRequests),
    row('states got', '', ({ first }) => first.states),
    row('one refresh', 's', ({ refresh }) => refresh.seconds),
    row('Rucio requests of a refresh', '', ({ refresh }) => refresh.rucioRequests),
    row('to the browser per refresh', 'kB', ({ refresh }) => refresh.bytes / 1000)
  ];
}
