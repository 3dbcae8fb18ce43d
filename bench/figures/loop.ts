import { setTimeout as wait } from 'node:timers/promises';
import { MILLION } from '../../lab/million.ts';
import { exchange, secondsSince, type IAsk } from '../client.ts';
import { ours, signInTheirs, startOurs, startReference, theirs } from '../contestants.ts';
import { round, type IBench, type IFigure, type IRow } from '../figure.ts';
import type { IServerUnderTest } from '../server-under-test.ts';
import { probe } from '../prober.ts';
import { slowProxy } from '../slow-proxy.ts';
import { quantile } from '../statistics.ts';

const DELAY_SECONDS = 3;
const DID = 'obs.2024:event_0517';

interface IMeasured {
  status: number;
  seconds: number;
  /** Of GET /api/status while it lasted, in milliseconds. */
  probes: number[];
}

type Work = 'nothing' | 'search' | 'make available' | 'sign in';

/** How long the Jupyter server keeps everybody else waiting while Rucio takes 3 s for each answer. */
export async function loopFigures({ lake, rounds }: IBench): Promise<IFigure[]> {
  const proxy = await slowProxy(lake.ports.rucio);
  const servers: IServerUnderTest[] = [];
  try {
    servers.push(
      await startOurs(lake, { proxyPort: proxy.port }),
      await startReference(lake, proxy.port)
    );
    const asks: Record<IServerUnderTest['name'], Record<Exclude<Work, 'nothing'>, IAsk>> = {
      rucio: { search: { path: '' }, 'make available': { path: '' }, 'sign in': { path: '' } },
      ours: {
        search: {
          path: ours('/dids', { scope: MILLION.scope, pattern: 'wave_00042*', type: 'all' })
        },
        'make available': {
          method: 'POST',
          path: ours('/availability/make'),
          body: { dids: [DID] }
        },
        'sign in': { method: 'POST', path: ours('/session/renew'), body: {} }
      },
      reference: {
        search: {
          path: theirs('did-search', { did: `${MILLION.scope}:wave_00042*`, type: 'all' })
        },
        'make available': {
          method: 'POST',
          path: theirs('did/make-available'),
          body: { method: 'replica', did: DID }
        },
        'sign in': signInTheirs(lake)
      }
    };
    const all: Record<string, Record<Work, IMeasured[]>> = {};
    proxy.delaySeconds = DELAY_SECONDS;
    for (let count = 0; count < rounds; count++) {
      for (const server of servers) {
        const mine = (all[server.name] ??= {
          nothing: [],
          search: [],
          'make available': [],
          'sign in': []
        });
        mine.nothing.push(await probed(server, () => wait(DELAY_SECONDS * 1000)));
        for (const work of ['search', 'make available', 'sign in'] as const) {
          const ask = asks[server.name][work];
          mine[work].push(await probed(server, () => exchange(server, ask)));
        }
      }
    }
    const name = `GET /api/status while Rucio takes ${DELAY_SECONDS} s per answer`;
    return [{ name, rows: tableOf(all), raw: all }];
  } finally {
    for (const server of servers) await server.stop();
    proxy.close();
  }
}

async function probed(
  server: IServerUnderTest,
  work: () => Promise<void | { status: number; seconds: number }>
): Promise<IMeasured> {
  const probes = probe(server);
  const began = performance.now();
  const result = await work();
  const seconds = secondsSince(began);
  return { status: result?.status ?? 0, seconds, probes: await probes() };
}

function tableOf(all: Record<string, Record<Work, IMeasured[]>>): IRow[] {
  const rows: IRow[] = [];
  for (const work of ['nothing', 'search', 'make available', 'sign in'] as const) {
    for (const [title, share] of [
      ['p50', 0.5],
      ['p99', 0.99],
      ['longest', 1]
    ] as const) {
      const of = (who: string) =>
        round(
          quantile(
            (all[who]?.[work] ?? []).flatMap(({ probes }) => probes),
            share
          ),
          1
        );
      rows.push({
        what: `${title} during: ${work}`,
        unit: 'ms',
        ours: of('ours'),
        reference: of('reference'),
        ...(title === 'p99' && work !== 'nothing' ? { aim: 'under 10' } : {})
      });
    }
  }
  return rows;
}
