import { MILLION } from '../../lab/million.ts';
import { rucioItself } from '../bench-lake.ts';
import { streamed, type IAsk, type IStreamTimes } from '../client.ts';
import { ours, startOurs, startReference, theirs } from '../contestants.ts';
import { round, type IBench, type IFigure, type IRow } from '../figure.ts';
import { memoryNow, watchUse, type IUse } from '../processes.ts';
import type { IServerUnderTest } from '../server-under-test.ts';
import { median } from '../statistics.ts';

const PATTERNS = { narrow: '*_00042*', everything: '*' };
type Name = IServerUnderTest['name'];

interface IMeasured extends IStreamTimes {
  who: Name;
  use: IUse[];
}

/** The same search as each is asked it by its own panel. */
function askOf(who: Name, name: string): [ask: IAsk, mark: string] {
  const { scope } = MILLION;
  switch (who) {
    case 'rucio':
      return [{ path: `dids/${scope}/dids/search?type=all&long=1&name=${name}` }, '"scope"'];
    case 'ours':
      return [{ path: ours('/dids', { scope, pattern: name, type: 'all' }) }, '"scope"'];
    case 'reference':
      return [{ path: theirs('did-search', { did: `${scope}:${name}`, type: 'all' }) }, '"did"'];
  }
}

/** Wildcard search in 1,000,000 DIDs: times, rows and memory of Rucio itself and of what stands before it. */
export async function searchFigures({ lake, rounds }: IBench): Promise<IFigure[]> {
  const servers = [await rucioItself(lake), await startOurs(lake), await startReference(lake)];
  try {
    const idle = servers.map(server => ({ who: server.name, use: memoryNow(server.pid) }));
    const figures: IFigure[] = [];
    for (const [title, pattern] of Object.entries(PATTERNS)) {
      const all: IMeasured[] = [];
      for (let count = 0; count < rounds; count++) {
        for (const server of servers) {
          const stop = watchUse(server.pid);
          const times = await streamed(server, ...askOf(server.name, pattern));
          all.push({ who: server.name, ...times, use: stop() });
        }
      }
      const name = `Search \`${pattern}\` in ${MILLION.dids} DIDs (${title})`;
      figures.push({ name, rows: tableOf(all, idle), raw: { idle, all } });
    }
    return figures;
  } finally {
    for (const server of servers) await server.stop();
  }
}

function tableOf(all: IMeasured[], idle: { who: Name; use: IUse[] }[]): IRow[] {
  const middle = (who: Name, value: (each: IMeasured) => number | null) =>
    round(median(all.filter(each => each.who === who).map(value)));
  const row = (
    what: string,
    unit: string,
    value: (each: IMeasured) => number | null,
    aim = ''
  ): IRow => ({
    what,
    unit,
    rucio: middle('rucio', value),
    ours: middle('ours', value),
    reference: middle('reference', value),
    aim
  });
  const sum = (use: readonly IUse[]) => use.reduce((total, { megabytes }) => total + megabytes, 0);
  const idleOf = (who: Name) => sum(idle.find(each => each.who === who)?.use ?? []);
  const cpu = ({ use }: IMeasured) => use.reduce((total, each) => total + each.cpuSeconds, 0);
  return [
    row('first row', 's', each => each.firstRowSeconds, '1.2 x Rucio'),
    row('last row', 's', each => each.lastRowSeconds, '1.2 x Rucio'),
    row('rows delivered', '', each => each.rows, 'all'),
    row('bytes delivered', 'MB', each => each.bytes / 1e6),
    row('peak memory, all processes', 'MB', each => sum(each.use)),
    row('growth over idle', 'MB', each => sum(each.use) - idleOf(each.who), 'under 100'),
    row('CPU of its processes', 's', cpu)
  ];
}
