import { makeCare } from './care.js';

const { signal } = new AbortController();
const RUN = 'user.alice:run';

describe('care of datasets', () => {
  it.each([
    ['a dot', { 'a.b': 'c' }, 'letters, digits'],
    ['a column of Rucios own', { md5: 'abc' }, 'md5'],
    ['what would end the DID', { lifetime: '0' }, 'lifetime'],
    ['what would hide it', { hidden: 'true' }, 'hidden'],
    ['too long for its column', { provenance: 'notebook' }, 'my_provenance'],
    ['no number', { run_number: 'seven' }, 'whole number'],
    ['no guid', { guid: 'abc' }, '32 hexadecimal'],
    ['too long a key', { ['k'.repeat(65)]: 'c' }, 'at most 64']
  ])('refuses metadata with %s before Rucio is asked', async (_why, metadata, said) => {
    const { care, registry } = makeCare();
    const refused = { code: 'bad-request', message: expect.stringContaining(said) as string };
    const both = { fine: 'yes', ...metadata };
    await expect(care.setMetadata(RUN, both, signal)).rejects.toMatchObject(refused);
    await expect(care.create('user.alice:new', 'DATASET', both, signal)).rejects.toMatchObject(
      refused
    );
    expect(registry.mustKnow(RUN).metadata.size).toBe(0);
    expect(registry.dids.has('user.alice:new')).toBe(false);
  });

  it('hands over numbers where Rucio holds numbers', async () => {
    const { care, registry } = makeCare();
    const metadata = { run_number: '7', version: '7', mine: '7' };
    await care.setMetadata(RUN, metadata, signal);
    expect([...registry.mustKnow(RUN).metadata]).toEqual([
      ['run_number', 7],
      ['version', '7'],
      ['mine', '7']
    ]);
  });

  it('takes away keys, but no columns, and then nothing is changed', async () => {
    const { care, registry } = makeCare();
    await care.setMetadata(RUN, { mine: 'a', other: 'b' }, signal);
    await care.setMetadata(RUN, { mine: null, more: 'c' }, signal);
    const expected = new Map([
      ['other', 'b'],
      ['more', 'c']
    ]);
    expect(registry.mustKnow(RUN).metadata).toEqual(expected);
    await expect(
      care.setMetadata(RUN, { other: 'd', campaign: null }, signal)
    ).rejects.toMatchObject({ code: 'bad-request' });
    expect(registry.mustKnow(RUN).metadata).toEqual(expected);
  });

  it('puts nothing into itself, and one thing once', async () => {
    const { care, registry } = makeCare();
    const box = 'user.alice:box';
    await care.create(box, 'CONTAINER', {}, signal);
    await expect(care.attach(box, [RUN, box], signal)).rejects.toMatchObject({
      code: 'conflict'
    });
    expect(registry.mustKnow(box).content.size).toBe(0);
    await care.attach(RUN, ['user.alice:free', 'user.alice:free'], signal);
    await care.detach(RUN, ['user.alice:in', 'user.alice:in'], signal);
    expect([...registry.mustKnow(RUN).content]).toEqual(['user.alice:free']);
  });

  it('warns of an end, whose rules go with it, and not of none', async () => {
    const { care } = makeCare();
    expect(await care.setLifetime(RUN, 60, signal)).toContain("everybody's rules");
    expect(await care.setLifetime(RUN, null, signal)).toBeNull();
  });
});
