import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MemoryCatalogue } from '../../adapters/rucio/memory-catalogue.js';
import { catalogueCommands } from '../../catalogue/cli.js';
import { Catalogue } from '../../catalogue/core/catalogue.js';
import { EXIT_MEANING } from '../../common/cli/exit-status.js';
import { DataLakeError } from '../../common/contract/problem.js';
import { Instances } from '../../common/core/instances.js';
import { SMALL_LAKE } from '../../testing/small-lake.js';
import { KeptStream } from '../../testing/terminal.js';
import { signInCommands } from '../../token-renewal/cli.js';
import type { ISignIn } from '../../token-renewal/core/ports.js';
import { SignInState } from '../../token-renewal/core/sign-in.js';
import { completionCommands } from '../completion.js';
import { helpCommands } from '../help.js';
import { run } from '../run.js';
import { startCommands } from '../start.js';

const lake = new MemoryCatalogue(SMALL_LAKE);
const NOW = Date.UTC(2026, 10, 20);
const signedIn: ISignIn = {
  who: async () => ({
    authType: 'userpass',
    account: 'alice',
    identity: 'alice',
    expiresAt: Date.UTC(2026, 10, 21),
    source: '/etc/rucio.cfg'
  }),
  renew: () => signedIn.who(new AbortController().signal),
  credential: async () => null,
  onChange: () => () => {}
};
const signedOut: ISignIn = {
  who: async () => {
    throw new DataLakeError('sign-in-refused', 'Rucio refuses alice.');
  },
  renew: () => signedOut.who(new AbortController().signal),
  credential: async () => null,
  onChange: () => () => {}
};

interface IHow {
  terminal?: boolean;
  signIn?: ISignIn;
  catalogue?: Catalogue;
  cancel?: AbortController;
  readerGone?: boolean;
  env?: NodeJS.ProcessEnv;
}

async function datalake(line: string, how: IHow = {}) {
  const { terminal = false, signIn = signedIn, cancel = new AbortController() } = how;
  const catalogue =
    how.catalogue ??
    new Catalogue({ dids: lake, facts: lake, replicas: lake, mountedRses: ['MOUNT'] });
  const stdout = new KeptStream(terminal);
  stdout.gone = how.readerGone === true;
  const stderr = new KeptStream(terminal);
  const state = new SignInState({
    instance: 'lab',
    displayName: 'The lab',
    rucioUrl: 'http://rucio',
    authType: 'userpass',
    port: signIn,
    clock: { now: () => NOW }
  });
  const states = async () => new Instances(new Map([['lab', state]]));
  const status = await run({
    argv: line === '' ? [] : line.split(' '),
    streams: { stdout, stderr, env: how.env ?? {} },
    signal: cancel.signal,
    version: '1.2.3',
    commands: [
      cli => signInCommands(cli, states),
      cli => catalogueCommands(cli, async () => new Instances(new Map([['lab', catalogue]]))),
      cli => completionCommands(cli),
      cli => helpCommands(cli),
      cli => startCommands(cli, states)
    ]
  });
  return { status, out: stdout.text, lines: stdout.lines, error: stderr.text };
}

const json = (lines: readonly string[]) => lines.map(line => JSON.parse(line) as object);

describe('datalake whoami with a proxy', () => {
  const proxied = (endsAt: number): ISignIn => ({
    ...signedIn,
    who: async () => ({
      ...(await signedIn.who(new AbortController().signal)),
      authType: 'x509_proxy',
      source: '/tmp/x509up_u1000'
    }),
    credential: async () => ({ endsAt })
  });

  it('says when it ends', async () => {
    const { out, error } = await datalake('whoami', { signIn: proxied(NOW + 7_200_000) });
    expect(out).toMatch(/^proxy until +2026-11-\d\d \d\d:\d\d$/m);
    expect(error).toBe('');
  });

  it('warns before, and leaves the answer as it is', async () => {
    const { status, error, lines } = await datalake('whoami --json', {
      signIn: proxied(NOW + 600_000)
    });
    expect([status, error]).toEqual([
      0,
      'Your proxy ends on 2026-11-20 00:10 UTC: make a new one with voms-proxy-init or grid-proxy-init.\n'
    ]);
    expect(json(lines)).toEqual([
      expect.objectContaining({
        credentialEndsAt: '2026-11-20T00:10:00.000Z',
        credentialProblem: expect.objectContaining({ code: 'credential-ending' }) as unknown
      })
    ]);
  });
});

describe('datalake', () => {
  it('alone says who you are, on which lake, and what to try', async () => {
    const { status, lines } = await datalake('');
    expect(status).toBe(0);
    expect(lines[0]).toBe('You are alice on The lab (http://rucio).');
    expect(lines.filter(line => line.startsWith('  datalake '))).toHaveLength(5);
  });

  it('alone says why nobody is signed in', async () => {
    const { lines } = await datalake('', { signIn: signedOut });
    expect(lines[0]).toBe('You are not signed in to The lab: Rucio refuses alice.');
  });

  it('alone with --json is the sign-in', async () => {
    const { lines } = await datalake('--json');
    expect(json(lines)).toEqual([expect.objectContaining({ account: 'alice', signedIn: true })]);
  });

  it.each([
    ['nonsense', "unknown command 'nonsense'"],
    ['serch x', 'Did you mean search?'],
    ['search x --jsn', 'Did you mean --json?'],
    ['search', "missing required argument 'text'"],
    ['whoami too many', 'too many arguments']
  ])('%s is a wrong command line', async (line, sentence) => {
    const { status, out, error } = await datalake(line);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(error).toContain(sentence);
  });

  it('--version is the version', async () => {
    expect(await datalake('--version')).toMatchObject({ status: 0, out: '1.2.3\n' });
  });

  it('--help lists every command but the hidden one, and needs no lake', async () => {
    const { status, out } = await datalake('--help');
    expect(status).toBe(0);
    for (const name of ['whoami', 'scopes', 'search', 'ls', 'info', 'completion', 'help']) {
      expect(out).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    }
    expect(out).not.toMatch(/^ {2}start/m);
  });

  it.each(['whoami', 'scopes', 'search', 'ls', 'info', 'completion', 'help'])(
    '%s --help has two examples, and --json',
    async name => {
      const { status, out } = await datalake(`${name} --help`);
      expect(status).toBe(0);
      expect(out.match(/^ {2}(?:source <\()?datalake /gm)?.length).toBeGreaterThanOrEqual(2);
      expect(out).toContain('--json');
      expect((await datalake(`help ${name}`)).out).toBe(out);
    }
  );

  it('help exit-status is the table of exit statuses', async () => {
    const { lines } = await datalake('help exit-status --json');
    expect(json(lines)).toEqual(
      Object.entries(EXIT_MEANING).map(([status, meaning]) => ({
        status: Number(status),
        meaning
      }))
    );
  });
});

describe('what fails', () => {
  it('is one sentence on stderr, and an exit status', async () => {
    expect(await datalake('whoami', { signIn: signedOut })).toMatchObject({
      status: 4,
      out: '',
      error: 'datalake: Rucio refuses alice.\n'
    });
  });

  it('is JSON with --json', async () => {
    const { status, out, error } = await datalake('info obs.2024:none --json');
    expect({ status, out }).toEqual({ status: 7, out: '' });
    expect(JSON.parse(error)).toEqual({
      problem: { code: 'not-found', message: 'Rucio knows no such DID.' }
    });
  });

  it('by a bug of ours is told apart, with its trace for who asks', async () => {
    const fails = () => Promise.reject(new TypeError('a bug'));
    const catalogue = { details: fails, replicas: fails, parents: fails } as never;
    const quiet = await datalake('info a:b', { catalogue });
    expect(quiet.status).toBe(1);
    expect(quiet.error).not.toContain('a bug');
    const asked = await datalake('info a:b', { catalogue, env: { DATALAKE_TRACE: '1' } });
    expect(asked.error).toContain('TypeError');
  });

  it('because of Ctrl-C ends with 130, quietly', async () => {
    const cancel = new AbortController();
    cancel.abort();
    expect(await datalake('scopes', { cancel })).toEqual({
      status: 130,
      out: '',
      lines: [],
      error: ''
    });
  });

  it('because who read it has gone ends quietly', async () => {
    expect(await datalake('scopes', { readerGone: true })).toMatchObject({ status: 0, error: '' });
  });

  it('by an instance that is not there', async () => {
    const { status, error } = await datalake('scopes --instance other');
    expect(status).toBe(7);
    expect(error).toContain('no instance named other');
  });
});

describe('scopes', () => {
  it('lists them, yours marked', async () => {
    expect((await datalake('scopes')).lines).toEqual(['obs.2024\t', 'user.alice\tyours']);
    expect(json((await datalake('scopes user.* --json')).lines)).toEqual([
      { scope: 'user.alice', own: true }
    ]);
  });
});

describe('search', () => {
  it('finds by scope and pattern', async () => {
    expect((await datalake('search obs.2024:event_*')).lines).toEqual([
      'dataset\t\t\tobs.2024:event_1',
      'dataset\t\t\tobs.2024:event_2'
    ]);
  });

  it('finds by words in all scopes, yours first', async () => {
    const { lines } = await datalake('search n --type file --json');
    expect(json(lines)).toEqual([
      {
        did: 'user.alice:notes',
        scope: 'user.alice',
        name: 'notes',
        type: 'FILE',
        bytes: 1000,
        length: null
      }
    ]);
  });

  it('stops where it is told, and says so', async () => {
    const { lines, error } = await datalake('search obs.2024:* -n 3', { terminal: true });
    expect(lines).toHaveLength(4);
    expect(error).toBe('Stopped after 3: --limit.\n');
  });

  it('says how many there were', async () => {
    const { error } = await datalake('search obs.2024:*', { terminal: true });
    expect(error).toBe('9 DIDs\n');
    expect((await datalake('search obs.2024:x', { terminal: true })).error).toBe(
      'Nothing found.\n'
    );
  });

  it.each([
    ['search no.such:*', 7, 'There is no scope no.such'],
    ['search obs.2024:a?', 2, 'no ? or %'],
    ['search obs.*:a', 2, 'no *'],
    ['search x --type dir', 2, '--type is one of'],
    ['search x --limit 0', 2, '--limit is a whole number']
  ])('%s fails with %d', async (line, status, sentence) => {
    const found = await datalake(line);
    expect(found.status).toBe(status);
    expect(found.error).toContain(sentence);
  });
});

describe('ls', () => {
  it('lists what is in a collection, and a file itself', async () => {
    expect((await datalake('ls obs.2024:april')).lines).toEqual(['dataset\t\t\tobs.2024:event_1']);
    expect((await datalake('ls obs.2024:wave_1')).lines).toEqual(['file\t\t1000\tobs.2024:wave_1']);
  });

  it('lists all below it, each collection once', async () => {
    const { lines } = await datalake('ls -r obs.2024:catalogue --json');
    expect(json(lines).map(row => (row as { did: string }).did)).toEqual([
      'obs.2024:april',
      'obs.2024:may',
      'obs.2024:event_1',
      'obs.2024:wave_1',
      'obs.2024:wave_2',
      'obs.2024:wave_3',
      'obs.2024:event_2',
      'obs.2024:wave_4'
    ]);
  });

  it('lists the collections of a scope', async () => {
    expect((await datalake('ls user.alice')).lines).toEqual(['dataset\t\t\tuser.alice:mine']);
    expect((await datalake('ls user.alice:')).lines).toEqual(['dataset\t\t\tuser.alice:mine']);
  });

  it.each(['ls a:b:c', 'ls a/b', 'info a', 'info a:..'])('%s is malformed', async line => {
    expect((await datalake(line)).status).toBe(2);
  });
});

describe('info', () => {
  it('says all about a DID', async () => {
    const { lines } = await datalake('info obs.2024:event_1');
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^files +3$/),
        expect.stringMatching(/^size +3.0 kB$/),
        expect.stringMatching(/^metadata magnitude +6.4$/),
        expect.stringMatching(/^replicas +1 of 3 files at MOUNT \(mounted here\)$/),
        expect.stringMatching(/^replicas +3 of 3 files at SITE_A$/),
        expect.stringMatching(/^in +obs.2024:april$/)
      ])
    );
  });

  it('has all of it as JSON', async () => {
    const [found] = json((await datalake('info obs.2024:event_1 --json')).lines);
    expect(found).toMatchObject({
      did: 'obs.2024:event_1',
      metadata: { magnitude: 6.4 },
      parents: [{ did: 'obs.2024:april' }]
    });
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('for %s knows every command', async shell => {
    const { status, out } = await datalake(`completion ${shell}`);
    expect(status).toBe(0);
    for (const name of ['whoami', 'search', 'info']) {
      expect(out).toContain(name);
    }
    expect(out).not.toContain('start');
  });

  it('is for no other shell', async () => {
    expect((await datalake('completion tcsh')).status).toBe(2);
  });
});

it('has its exit status in docs/cli.md as in the program', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (\d+) +\| (.*?) +\|$/gm)];
  expect(Object.fromEntries(rows.map(([, status, meaning]) => [status, meaning]))).toEqual(
    EXIT_MEANING
  );
});
