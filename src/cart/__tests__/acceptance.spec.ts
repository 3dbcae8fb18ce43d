import { FakeAcceptances } from '../../adapters/state/fake-acceptances.js';
import { Acceptance } from '../core/acceptance.js';

const ITEM = { instance: 'lab', did: 'obs:hy', variableName: 'hy' };

describe('acceptance', () => {
  it('is asked for each item, in the order asked', async () => {
    const acceptance = new Acceptance(new FakeAcceptances(), '/home');
    const other = { ...ITEM, did: 'obs:other' };
    await acceptance.accept('a.ipynb', [ITEM]);
    expect(await acceptance.isAccepted('a.ipynb', [other, ITEM, other])).toEqual([
      false,
      true,
      false
    ]);
    expect(await acceptance.isAccepted('a.ipynb', [])).toEqual([]);
  });

  it.each([
    ['another instance', { ...ITEM, instance: 'lab2' }],
    ['another DID', { ...ITEM, did: 'obs:hy2' }],
    ['another variable', { ...ITEM, variableName: 'hy2' }],
    ['the same text in other places', { instance: 'lab', did: 'hy', variableName: 'obs:hy' }]
  ])('is asked again for %s', async (_, changed) => {
    const acceptance = new Acceptance(new FakeAcceptances(), '/home');
    await acceptance.accept('a.ipynb', [ITEM]);
    expect(await acceptance.isAccepted('a.ipynb', [changed])).toEqual([false]);
  });

  it('is of one notebook below one root folder', async () => {
    const store = new FakeAcceptances();
    await new Acceptance(store, '/home').accept('a.ipynb', [ITEM]);
    expect(await new Acceptance(store, '/home').isAccepted('b.ipynb', [ITEM])).toEqual([false]);
    expect(await new Acceptance(store, '/else').isAccepted('a.ipynb', [ITEM])).toEqual([false]);
    expect(await new Acceptance(store, '/home').isAccepted('a.ipynb', [ITEM])).toEqual([true]);
  });
});
