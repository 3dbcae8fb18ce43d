import { globSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { hubCallback } from '../../lab/configuration.ts';
import { LabIam } from '../../lab/iam/client/lab-iam.ts';
import { TOKEN_EXCHANGE } from '../../lab/iam/names.ts';
import type { ILake } from '../../lab/lake.ts';
import { say } from '../../lab/progress.ts';
import { HubPerson, tokenOfServer } from '../../tests/lab/hub-person.ts';
import { round, type IFigure, type IRow } from '../figure.ts';
import {
  filesOf,
  isMade,
  startOurKeeper,
  startReferenceKeeper,
  SWAN_VERSION,
  type IKeeper
} from '../tokens/contestants.ts';
import { startHubStandIn } from '../tokens/hub-stand-in.ts';
import { startHub, startTokensLake, stopHub, stopTokensLake } from '../tokens/lake.ts';
import { simulateMonths } from '../tokens/month.ts';
import { probe, type IProbe } from '../tokens/probes.ts';
import { watchFiles, type IWatched } from '../tokens/watcher.ts';
import { writeOften } from '../tokens/writers.ts';

const LIFE_SECONDS = 20;
/** The identity provider is away for 4 of every 12 s: a third of the time, never for a quarter of a life. */
const SPELL = { everySeconds: 12, awaySeconds: 4 };
const STAND_IN_PORT = 27522;
const HUB_PATIENCE_SECONDS = 20;
/** With the identity provider away for good; the first one is not counted. */
const DEAD_MINUTES = 4;
const SEEDS = Array.from({ length: 10 }, (_, n) => n + 1);
const TARGETS = 3;
const WARM_UP_SECONDS = 10;

interface IKept {
  probes: IProbe[];
  watched: IWatched;
}

/** Token files and what can be done with them while the identity provider comes and goes. */
export async function tokenFigures(minutes: number, keepsLake: boolean): Promise<IFigure[]> {
  const lake = startTokensLake();
  try {
    const iam = LabIam.of(lake);
    await iam.control.turn({ accessTokenSeconds: LIFE_SECONDS, fault: null });
    say('swanoauthrenew with the lab’s JupyterHub');
    const onHub = await onRealHub(lake, iam);
    say('each writes its files a thousand times');
    const written = await writeOften([
      await iam.token('alice', 'xrootd'),
      await iam.token('alice', 'rucio')
    ]);
    say(`both, ${minutes} minutes with an identity provider that comes and goes`);
    const spells = await inSpells(lake, iam, minutes * 60);
    return [figureOf(minutes, onHub, written, spells)];
  } finally {
    if (!keepsLake) stopTokensLake();
  }
}

/** Who writes token files with what JupyterHub 6 answers to alice's own server. */
async function onRealHub(lake: ILake, iam: LabIam) {
  startHub();
  try {
    const hub = new HubPerson(`http://127.0.0.1:${lake.ports.hubProxy}`);
    await hub.signIn(iam.person('alice'));
    await hub.startServer('alice');
    const folder = path.join(lake.folder, 'hub');
    const url = `http://127.0.0.1:${lake.ports.hub}/hub/api`;
    const token = tokenOfServer(folder);
    const answer = await fetch(`${url}/user`, { headers: { Authorization: `token ${token}` } });
    const { auth_state: authState } = (await answer.json()) as { auth_state?: unknown };
    const reference = await startReferenceKeeper(url, token);
    try {
      const ours = () =>
        globSync(
          'home/alice/.local/share/jupyter/runtime/jupyterlab-datalake/dl-*/{rucio,storage,eos}',
          { cwd: folder }
        );
      for (let second = 0; second < HUB_PATIENCE_SECONDS; second++) {
        await wait(1000);
        if (ours().length === TARGETS && isMade(reference)) break;
      }
      const { status } = answer;
      const files = { ours: ours().length, reference: filesOf(reference).length };
      return { status, authState: authState ?? null, ...files };
    } finally {
      await reference.stop();
    }
  } finally {
    stopHub();
  }
}

async function inSpells(lake: ILake, iam: LabIam, seconds: number) {
  const standIn = await startHubStandIn(iam, hubCallback(lake), STAND_IN_PORT);
  const keepers: IKeeper[] = [];
  try {
    keepers.push(await startOurKeeper(lake, iam));
    keepers.push(await startReferenceKeeper(standIn.url, 'not-looked-at'));
    while (!keepers.every(isMade)) await wait(100);

    // Each of Rucio's workers learns the provider's keys with the first token that it sees.
    await Promise.all(keepers.map(keeper => probe(lake, keeper, WARM_UP_SECONDS, () => false)));
    const spells = comeAndGo(iam);
    const exchangesBefore = await exchanges(iam);
    const standInBefore = { asked: standIn.asked(), exchanged: standIn.exchanged() };
    const kept = await Promise.all(
      keepers.map(async keeper => {
        const stop = watchFiles(keeper);
        const probes = await probe(lake, keeper, seconds, spells.isAway);
        return [keeper.name, { probes, watched: await stop() }] as const;
      })
    );
    await spells.end();
    const asked = standIn.asked() - standInBefore.asked;
    const standIns = standIn.exchanged() - standInBefore.exchanged;
    const ourExchanges = (await exchanges(iam)) - exchangesBefore - standIns;
    const by = Object.fromEntries(kept) as Record<IKeeper['name'], IKept>;

    say(
      `the identity provider is away for good, ${DEAD_MINUTES} minutes; ${SEEDS.length} simulated months`
    );
    await keepers.pop()?.stop();
    await standIn.close();
    const months = simulateMonths(SEEDS);
    await iam.control.breakWith({ cut: 'before' });
    await wait(60_000);
    const perMinute: number[] = [];
    for (let minute = 1; minute < DEAD_MINUTES; minute++) {
      const before = await requests(iam);
      await wait(60_000);
      perMinute.push((await requests(iam)) - before);
    }
    await iam.control.heal();
    return { seconds, ...by, asked, ourExchanges, perMinute, months: await months };
  } finally {
    await iam.control.heal();
    for (const keeper of keepers) await keeper.stop();
    await standIn.close();
  }
}

/** The identity provider drops every connection during the spells. */
function comeAndGo(iam: LabIam) {
  const end = new AbortController();
  let away = false;
  const pause = (seconds: number) =>
    wait(seconds * 1000, undefined, { signal: end.signal }).catch(() => {});
  const running = (async () => {
    while (!end.signal.aborted) {
      await pause(SPELL.everySeconds - SPELL.awaySeconds);
      if (end.signal.aborted) return;
      await iam.control.breakWith({ cut: 'before' });
      away = true;
      await pause(SPELL.awaySeconds);
      await iam.control.heal();
      away = false;
    }
  })();
  return {
    isAway: () => away,
    end: async () => {
      end.abort();
      await running;
    }
  };
}

const exchanges = async (iam: LabIam): Promise<number> =>
  (await iam.control.stats()).grants[TOKEN_EXCHANGE] ?? 0;

/** All but the benchmark's own. */
async function requests(iam: LabIam): Promise<number> {
  const { requests: byPath } = await iam.control.stats();
  return Object.entries(byPath)
    .filter(([path]) => !path.startsWith('/_lab'))
    .reduce((sum, [, count]) => sum + count, 0);
}

const brokenOf = ({ empty, torn, missing }: IWatched): number => empty + torn + missing;

function figureOf(
  minutes: number,
  onHub: Awaited<ReturnType<typeof onRealHub>>,
  written: Awaited<ReturnType<typeof writeOften>>,
  spells: Awaited<ReturnType<typeof inSpells>>
): IFigure {
  const { ours, reference, seconds, asked, ourExchanges, perMinute, months } = spells;
  const lives = seconds / LIFE_SECONDS;
  const share = ({ probes }: IKept, what: 'storage' | 'storageAnyMode' | 'rucio') =>
    round((100 * probes.filter(each => each[what] === '').length) / probes.length, 1);
  const both = (
    what: string,
    unit: string,
    of: (kept: IKept) => number | null,
    aim?: string
  ): IRow => ({
    what,
    unit,
    ours: of(ours),
    reference: of(reference),
    ...(aim === undefined ? {} : { aim })
  });
  const mean = (values: readonly number[]) =>
    values.reduce((sum, each) => sum + each, 0) / values.length;
  const rows: IRow[] = [
    {
      what: 'files written with JupyterHub 6 itself',
      unit: '',
      ours: onHub.ours,
      reference: onHub.reference
    },
    both('probes: a read from XRootD succeeds', '%', kept => share(kept, 'storage'), 'all'),
    both('… if it did not look at the mode of the file', '%', kept =>
      share(kept, 'storageAnyMode')
    ),
    both('probes: whoami at Rucio succeeds', '%', kept => share(kept, 'rucio'), 'all'),
    both(
      'new tokens per life and file',
      '',
      ({ watched }) => round(watched.changes / 2 / lives),
      'under 2'
    ),
    both('looks at the files', '', ({ watched }) => watched.looks),
    both('… that found one empty, torn or missing', '', ({ watched }) => brokenOf(watched), 'none'),
    {
      what: 'looks while each file is written 1000 times',
      unit: '',
      ours: written.ours.looks,
      reference: written.reference.looks
    },
    {
      what: '… that found one empty, torn or missing',
      unit: '',
      ours: brokenOf(written.ours),
      reference: brokenOf(written.reference),
      aim: 'none'
    },
    both(
      'widest mode of a file (octal)',
      '',
      ({ watched }) => Number(Math.max(...watched.modes).toString(8)),
      '600'
    ),
    {
      what: 'requests a minute to a dead identity provider',
      unit: '',
      ours: round(mean(perMinute), 1),
      aim: 'under 6',
      note: 'the reference asks the hub, once a minute'
    },
    {
      what: `gaps not explained in ${months.length} simulated months`,
      unit: '',
      ours: months.reduce((sum, { unexplained }) => sum + unexplained, 0),
      aim: 'none'
    }
  ];
  const failures = (kept: IKept) =>
    kept.probes.filter(({ storage, rucio }) => storage !== '' || rucio !== '');
  const rawOf = (kept: IKept) => ({
    watched: kept.watched,
    probes: kept.probes.length,
    whileAway: kept.probes.filter(({ isAway }) => isAway).length,
    failures: failures(kept).slice(0, 30)
  });
  return {
    name: `Tokens of ${LIFE_SECONDS} s for ${minutes} minutes, the identity provider away ${SPELL.awaySeconds} of every ${SPELL.everySeconds} s (reference: swanoauthrenew ${SWAN_VERSION}, with a stand-in of SwanHub)`,
    rows,
    raw: {
      onHub,
      written,
      ours: rawOf(ours),
      reference: rawOf(reference),
      standInAsked: asked,
      ourExchanges,
      perMinute,
      months
    }
  };
}
