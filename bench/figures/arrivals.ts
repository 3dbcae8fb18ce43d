import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ILake } from '../../lab/lake.ts';
import { openBrowser } from '../../ui-tests/support/chromium.ts';
import { setPace } from '../bench-lake.ts';
import { startOurs, startReference } from '../contestants.ts';
import { round, type IBench, type IFigure, type IRow } from '../figure.ts';
import { openNotebook, writeNotebook, type IVariable } from '../notebook.ts';
import { RucioObserver } from '../rucio-observer.ts';
import type { IJupyterUnderTest } from '../server-under-test.ts';
import { quantile } from '../statistics.ts';

const DATASETS = [
  'obs.2024:event_0412',
  'obs.2024:event_0517',
  'obs.2024:event_0526',
  'obs.formats:miniseed_samples',
  'obs.formats:regional_networks'
];
const PENDING = 20;
/** No copy arrives while requests are counted. */
const COUNTED = { settleMs: 10_000, seconds: 60 };
const HELD_SECONDS = 110;
/** Then they arrive one by one, so that each is an event of its own. */
const PACE_SECONDS = 2;
const LOOK_EVERY_MS = 250;
const PATIENCE_MS = 420_000;
/** After the last rule is OK: what has not come by then does not come. */
const GRACE_MS = 60_000;
const SEEN = 'seen.jsonl';
const CONTESTANTS = [startOurs, startReference];

interface IMeasured {
  who: IJupyterUnderTest['name'];
  requestsPerMinute: number;
  /** From the rule's OK to a variable that names a file, per DID; null: it never came. */
  seconds: (number | null)[];
  /** The same of a rule that was made in Rucio, not here, while the notebook was open. */
  elsewhere: number | null;
}

/** Whether the lake has files enough that nothing has copied yet: each run uses some of them up. */
export async function hasFilesLeft(lake: ILake): Promise<boolean> {
  const needed = CONTESTANTS.length * (PENDING + 1);
  const found = await (await RucioObserver.of(lake)).filesElsewhere(DATASETS, needed);
  return found.length === needed;
}

/** How soon a variable is there when Rucio has copied its file, and what waiting costs Rucio. */
export async function arrivalFigures({ lake }: IBench): Promise<IFigure[]> {
  const observer = await RucioObserver.of(lake);
  const all: IMeasured[] = [];
  for (const start of CONTESTANTS) {
    setPace(HELD_SECONDS);
    const dids = await observer.filesElsewhere(DATASETS, PENDING + 1);
    const variables = dids.map((did, at) => ({ did, name: `data_${at}` }));
    const server = await start(lake);
    try {
      all.push(await measured(server, observer, variables));
    } finally {
      await server.stop();
      setPace(0);
    }
  }
  const name = `${PENDING} DIDs on their way, as ${PENDING} variables of an open notebook`;
  return [{ name, rows: tableOf(all), raw: all }];
}

async function measured(
  server: IJupyterUnderTest,
  observer: RucioObserver,
  variables: readonly IVariable[]
): Promise<IMeasured> {
  const rules = new Map<string, IVariable>();
  const add = async (variable: IVariable) =>
    rules.set(await observer.addRule(variable.did), variable);
  for (const variable of variables.slice(0, PENDING)) await add(variable);
  await writeNotebook(server, 'arrivals.ipynb', variables, monitorOf(variables));
  const browser = await openBrowser();
  try {
    await openNotebook(await browser.newPage(), server, 'arrivals.ipynb');
    await wait(COUNTED.settleMs);
    const before = observer.requests();
    await wait(COUNTED.seconds * 1000);
    const requestsPerMinute = ((observer.requests() - before) * 60) / COUNTED.seconds;
    setPace(PACE_SECONDS);
    for (const variable of variables.slice(PENDING)) await add(variable);
    const okAt = await untilOk(observer, [...rules.keys()]);
    await untilSeen(server, variables.length);
    const seen = seenBy(server);
    const delays = [...rules].map(([id, { name }]) => {
      const [ok, there] = [okAt.get(id), seen.get(name)];
      return ok === undefined || there === undefined ? null : Math.max(0, there - ok);
    });
    return {
      who: server.name,
      requestsPerMinute,
      seconds: delays.slice(0, PENDING),
      elsewhere: delays[PENDING] ?? null
    };
  } finally {
    await browser.close();
  }
}

/** Looks from a thread of the kernel, as any code of the user's could, whether a variable names a file. */
const monitorOf = (variables: readonly IVariable[]): string => `
import json, os, threading, time
def _look(names, namespace):
    with open('${SEEN}', 'w') as seen:
        while names:
            for name in list(names):
                try:
                    there = os.path.exists(os.fspath(namespace[name]))
                except BaseException:
                    there = False
                if there:
                    names.remove(name)
                    seen.write(json.dumps([name, time.time()]) + '\\n')
                    seen.flush()
            time.sleep(0.05)
threading.Thread(target=_look, args=(${JSON.stringify(variables.map(({ name }) => name))}, globals()), daemon=True).start()
`;

/** When each rule was first seen to be OK, in seconds since 1970. */
async function untilOk(
  observer: RucioObserver,
  ids: readonly string[]
): Promise<Map<string, number>> {
  const okAt = new Map<string, number>();
  for (const began = Date.now(); Date.now() - began < PATIENCE_MS; await wait(LOOK_EVERY_MS)) {
    const states = await observer.rules();
    const now = Date.now() / 1000;
    for (const id of ids) {
      if (states.get(id) === 'OK' && !okAt.has(id)) okAt.set(id, now);
    }
    if (okAt.size === ids.length) break;
  }
  return okAt;
}

async function untilSeen(server: IJupyterUnderTest, count: number): Promise<void> {
  for (const began = Date.now(); Date.now() - began < GRACE_MS; await wait(LOOK_EVERY_MS)) {
    if (seenBy(server).size === count) return;
  }
}

function seenBy({ notebooks }: IJupyterUnderTest): Map<string, number> {
  const file = path.join(notebooks, SEEN);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const lines = text.split('\n').filter(Boolean);
  return new Map(lines.map(line => JSON.parse(line) as [string, number]));
}

function tableOf(all: readonly IMeasured[]): IRow[] {
  const of = (who: string) => all.find(each => each.who === who);
  const row = (
    what: string,
    unit: string,
    value: (each: IMeasured) => number | null,
    aim = ''
  ): IRow => {
    const [own, other] = [of('ours'), of('reference')].map(each => (each ? value(each) : null));
    return { what, unit, ours: round(own), reference: round(other), aim };
  };
  const known = ({ seconds }: IMeasured) => seconds.filter(each => each !== null);
  const share = (part: number) => (each: IMeasured) => quantile(known(each), part);
  return [
    row('rule is OK to variable is there, p50', 's', share(0.5)),
    row('rule is OK to variable is there, p95', 's', share(0.95), 'under 2'),
    row(`variables that came, of ${PENDING}`, '', each => known(each).length, 'all'),
    row('a rule made elsewhere, OK to variable', 's', each => each.elsewhere, 'noticed'),
    row('Rucio requests a minute meanwhile', '', each => each.requestsPerMinute, 'under 40')
  ];
}
