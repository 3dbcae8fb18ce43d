import { run } from '../../cli/run.js';
import { EXIT_STATUS } from '../../common/cli/exit-status.js';
import { datasetCareCommands } from '../cli.js';
import { makeCare } from './care.js';

function commandLine() {
  const { registry, services } = makeCare();
  const stream = () => {
    const kept = {
      text: '',
      write: (text: string, done?: (error?: Error | null) => void) => {
        kept.text += text;
        done?.();
        return true;
      }
    };
    return kept;
  };
  const datalake = async (line: string) => {
    const [stdout, stderr] = [stream(), stream()];
    const status = await run({
      argv: line.split(' '),
      streams: { stdout, stderr, env: {} },
      signal: new AbortController().signal,
      version: '0',
      commands: [cli => datasetCareCommands(cli, async () => services)]
    });
    return { status, out: stdout.text, error: stderr.text };
  };
  return { registry, datalake };
}

describe('datalake dataset', () => {
  it('makes datasets and containers', async () => {
    const { registry, datalake } = commandLine();
    const made = await datalake('dataset create user.alice:new --meta a=b --meta run_number=7');
    expect(made).toMatchObject({ status: 0, error: '' });
    expect(made.out).toContain('user.alice:new');
    expect(registry.mustKnow('user.alice:new').metadata).toEqual(
      new Map<string, unknown>([
        ['a', 'b'],
        ['run_number', 7]
      ])
    );
    await datalake('dataset create --container user.alice:box');
    expect(registry.mustKnow('user.alice:box').type).toBe('CONTAINER');
  });

  it('attaches more than Rucio takes at once, detaches, closes and opens', async () => {
    const { registry, datalake } = commandLine();
    const many = Array.from({ length: 1001 }, (_, nr) => `user.alice:f${nr}`);
    many.forEach(did => registry.make(did, 'FILE'));
    const run = registry.mustKnow('user.alice:run');
    const attached = await datalake(`dataset attach user.alice:run ${many.join(' ')} --json`);
    expect(JSON.parse(attached.out)).toEqual({
      did: 'user.alice:run',
      action: 'attach',
      members: 1001
    });
    expect(run.content.size).toBe(1002);
    await datalake('dataset detach user.alice:run user.alice:in');
    expect(run.content.size).toBe(1001);
    await datalake('dataset close user.alice:run');
    expect(run.open).toBe(false);
    await datalake('dataset open user.alice:run');
    expect(run.open).toBe(true);
  });

  it.each([
    ['dataset create nocolon', 'no colon'],
    ['dataset create user.alice:x user.alice:y', 'nothing after it'],
    ['dataset create user.alice:x --meta novalue', 'KEY=VALUE'],
    ['dataset attach user.alice:run', 'what to attach'],
    ['dataset burn user.alice:run', 'create, attach, detach'],
    ['metadata get user.alice:run a', 'metadata set'],
    ['metadata set user.alice:run bytes=7', 'for itself'],
    ['metadata unset user.alice:run campaign', 'take the metadata key'],
    ['lifetime user.alice:run 0', 'above 0'],
    ['lifetime user.alice:run -3', 'above 0'],
    ['lifetime user.alice:run soon', 'above 0']
  ])('%s is refused with a sentence', async (line, said) => {
    const { registry, datalake } = commandLine();
    const before = structuredClone(registry.dids);
    const refused = await datalake(line);
    expect(refused.status).toBe(2);
    expect(refused.error).toContain(said);
    expect(registry.dids).toEqual(before);
  });

  it('says what it may not, with a status of its own', async () => {
    const { datalake } = commandLine();
    const refused = await datalake('dataset close user.bob:run');
    expect(refused.status).toBe(EXIT_STATUS.forbidden);
    const there = await datalake('dataset create user.alice:run --json');
    expect(JSON.parse(there.error)).toMatchObject({ problem: { code: 'conflict' } });
  });
});

describe('datalake metadata and lifetime', () => {
  it('set and unset keys', async () => {
    const { registry, datalake } = commandLine();
    const { metadata } = registry.mustKnow('user.alice:run');
    const set = await datalake('metadata set user.alice:run site=here formula=a=b');
    expect(set.out).toContain('here');
    expect([...metadata]).toEqual([
      ['site', 'here'],
      ['formula', 'a=b']
    ]);
    await datalake('metadata unset user.alice:run site');
    expect([...metadata.keys()]).toEqual(['formula']);
  });

  it('end a DID with a warning, or not at all', async () => {
    const { registry, datalake } = commandLine();
    const run = registry.mustKnow('user.alice:run');
    const now = registry.options.clock.now();
    const ended = await datalake('lifetime user.alice:run 30');
    expect(run.endsAt).toBe(now + 30 * 86_400_000);
    expect(ended.error).toContain("everybody's rules");
    const kept = await datalake('lifetime user.alice:run never');
    expect(run.endsAt).toBeNull();
    expect(kept.error).toBe('');
    await datalake('lifetime user.alice:run now');
    expect(run.endsAt).toBe(now);
  });
});
