import { MemoryStore } from '../memory-store.js';
import { Stores } from '../stores.js';

function unusable(why: string): MemoryStore {
  const store = new MemoryStore();
  store.faults.unusable = why;
  return store;
}

describe('the store for an RSE', () => {
  const https = new MemoryStore();
  const anything = new MemoryStore();

  it("is for the first of the RSE's own schemes that can be used", async () => {
    const stores = new Stores([
      { schemes: ['root'], store: unusable('no program.') },
      { schemes: ['davs', 'https'], store: https }
    ]);
    expect(await stores.choose('X', ['root', 'davs', 'https'])).toEqual({
      scheme: 'davs',
      store: https
    });
    expect(await stores.of('X', 'https')).toBe(https);
  });

  it('is the next one for a scheme where the first one cannot be used', async () => {
    const stores = new Stores([
      { schemes: ['root'], store: unusable('no program.') },
      { schemes: null, store: anything }
    ]);
    expect((await stores.choose('X', ['root'])).store).toBe(anything);
    expect((await stores.choose('X', ['srm'])).store).toBe(anything);
  });

  it('is said to be missing, with what is missing for each scheme', async () => {
    const stores = new Stores([
      { schemes: ['root'], store: unusable('no program.') },
      { schemes: null, store: unusable('no client.') }
    ]);
    await expect(stores.choose('X', ['root', 'srm'])).rejects.toMatchObject({
      code: 'no-way-to-store',
      message: 'Nothing here can write to X. root: no program. no client. srm: no client.'
    });
    await expect(stores.choose('X', [])).rejects.toMatchObject({ code: 'no-way-to-store' });
    await expect(new Stores([]).of('X', 'srm')).rejects.toMatchObject({
      message: expect.stringContaining('srm: this scheme is not known here.') as string
    });
  });
});
