import type { CommandLine, ICall, Services } from '../common/cli/command-line.js';
import { parseDid } from '../common/contract/did.js';
import { DataLakeError } from '../common/contract/problem.js';
import type { DatasetCare } from './core/dataset-care.js';

const DAY_S = 86_400;
/** Of members, in one request. */
const AT_ONCE = 1000;

const gather = (value: string, before: string[] = []) => [...before, value];

interface ICreateOptions {
  container?: boolean;
  meta?: string[];
}

/** `datalake dataset`, `metadata` and `lifetime`. */
export function datasetCareCommands(cli: CommandLine, services: Services<DatasetCare>): void {
  const served =
    <O extends object>(run: (call: ICall<O>, care: DatasetCare) => Promise<void>) =>
    async (call: ICall<O>) => {
      await run(call, (await services()).get(call.instance));
      return undefined;
    };

  cli.add<ICreateOptions>({
    usage: 'dataset <action> <did> [members...]',
    summary: 'Datasets and containers: create, attach, detach, close, open',
    examples: [
      ['datalake dataset create user.alice:run7 --meta campaign=2026', 'with nothing in it'],
      [
        'datalake dataset attach user.alice:run7 user.alice:run7/a.csv user.alice:run7/b.csv',
        'puts files into it; detach takes them out'
      ],
      ['datalake dataset close user.alice:run7', 'it takes no more files, until it is opened']
    ],
    options: command =>
      command
        .option('--container', 'for create: a container, which holds datasets and containers')
        .option('--meta <key=value>', 'for create: metadata; can be given often', gather),
    run: served(dataset)
  });

  cli.add({
    usage: 'metadata <action> <did> <keys...>',
    summary: 'Metadata of a DID: set, unset',
    examples: [
      ['datalake metadata set user.alice:run7 campaign=2026 site=here', 'those keys only'],
      ['datalake metadata unset user.alice:run7 site', 'takes the key away']
    ],
    run: served(metadata)
  });

  cli.add({
    usage: 'lifetime <did> <days>',
    summary: 'When Rucio erases a DID: days from now, never, or now',
    examples: [
      ['datalake lifetime user.alice:run7 30', "with everybody's rules on it, in 30 days"],
      ['datalake lifetime user.alice:run7 never', 'it stays after all']
    ],
    run: served(lifetime)
  });
}

async function dataset(call: ICall<ICreateOptions>, care: DatasetCare): Promise<void> {
  const { args, options, out, signal } = call;
  const [action, did, ...members] = args;
  [did, ...members].forEach(parseDid);
  const takesMembers = action === 'attach' || action === 'detach';
  if (takesMembers !== members.length > 0) {
    throw new DataLakeError(
      'bad-request',
      takesMembers
        ? `Write datalake dataset ${action} DID and what to ${action}.`
        : `Write datalake dataset ${action} DID, and nothing after it.`
    );
  }
  const done = (what: string) =>
    out.record({ did, action, ...(takesMembers ? { members: members.length } : {}) }, [
      ['DID', did],
      [action, what]
    ]);
  switch (action) {
    case 'create': {
      const type = options.container === true ? 'CONTAINER' : 'DATASET';
      await care.create(did, type, pairs(options.meta ?? []), signal);
      return done(type.toLowerCase());
    }
    case 'attach':
    case 'detach':
      for (let first = 0; first < members.length; first += AT_ONCE) {
        await care[action](did, members.slice(first, first + AT_ONCE), signal);
      }
      return done(`${members.length}`);
    case 'close':
    case 'open':
      await care.setOpen(did, action === 'open', signal);
      return done('done');
    default:
      throw new DataLakeError(
        'bad-request',
        'Write datalake dataset create, attach, detach, close or open, and a DID.'
      );
  }
}

async function metadata({ args, out, signal }: ICall<object>, care: DatasetCare): Promise<void> {
  const [action, did, ...keys] = args;
  parseDid(did);
  if (action !== 'set' && action !== 'unset') {
    throw new DataLakeError(
      'bad-request',
      'Write datalake metadata set DID KEY=VALUE, or unset DID KEY.'
    );
  }
  const changes =
    action === 'set' ? pairs(keys) : Object.fromEntries(keys.map(key => [key, null] as const));
  await care.setMetadata(did, changes, signal);
  await out.record({ did, metadata: changes }, [
    ['DID', did],
    ...Object.entries(changes).map(([key, value]) => [key, value ?? 'gone'] as const)
  ]);
}

async function lifetime({ args, out, signal }: ICall<object>, care: DatasetCare): Promise<void> {
  const [did, text] = args;
  parseDid(did);
  const lifetimeSeconds = secondsOf(text);
  const warning = await care.setLifetime(did, lifetimeSeconds, signal);
  await out.record({ did, lifetimeSeconds }, [
    ['DID', did],
    [
      'erased',
      lifetimeSeconds === null ? 'never' : lifetimeSeconds === 0 ? 'now' : `in ${text} days`
    ]
  ]);
  if (warning !== null) {
    out.note(warning);
  }
}

/** A word for what cannot be taken back: no number that is mistyped, or computed wrong, erases anything at once. */
function secondsOf(text: string): number | null {
  if (text === 'never' || text === 'now') {
    return text === 'never' ? null : 0;
  }
  const seconds = Math.round(Number(text) * DAY_S);
  if (text === '' || !Number.isFinite(seconds) || seconds <= 0) {
    throw new DataLakeError('bad-request', 'Write a number of days above 0, never, or now.');
  }
  return seconds;
}

function pairs(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map(text => {
      const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
      if (key === undefined) {
        throw new DataLakeError('bad-request', `Metadata is written KEY=VALUE: ${text} is not.`);
      }
      return [key, value];
    })
  );
}
