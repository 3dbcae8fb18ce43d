import fc from 'fast-check';
import { posix } from 'node:path';
import { LFN2PFN } from '../../adapters/rucio/lfn2pfn.js';
import { pfnToPath, pfnToPathFrom } from '../core/pfn-to-path.js';

const MOUNT = {
  path: '/mnt/lake',
  prefixes: ['root://store:1094//rucio/', 'davs://store:443/rucio/', 'file://localhost/data/rse/']
};
const at = (pfn: string) => pfnToPath(pfn, MOUNT);

describe('a PFN on the mount', () => {
  it.each([
    ['root://store:1094//rucio/test/ab/cd/f.txt', '/mnt/lake/test/ab/cd/f.txt'],
    ['root://store//rucio/test/f', '/mnt/lake/test/f'],
    ['ROOT://STORE:1094//rucio/test/f', '/mnt/lake/test/f'],
    ['root://user@store:1094//rucio/test/f', '/mnt/lake/test/f'],
    ['root://store:1094/rucio////test//f', '/mnt/lake/test/f'],
    ['davs://store/rucio/test/f?authz=abc', '/mnt/lake/test/f'],
    ['file://localhost/data/rse/test/f', '/mnt/lake/test/f'],
    ['file://localhost:0/data/rse/test/f', '/mnt/lake/test/f'],
    ['file:///data/rse/test/f', '/mnt/lake/test/f'],
    ['root://store:1094//rucio/test/a%20b', '/mnt/lake/test/a b'],
    ['root://store:1094//rucio/test/a%2520b', '/mnt/lake/test/a%20b'],
    ['root://store:1094//rucio/test/run#7', '/mnt/lake/test/run#7'],
    ['root://store:1094//rucio/test/\u00e9t\u00e9', '/mnt/lake/test/\u00e9t\u00e9'],
    ['root://store:1094//rucio/test/...', '/mnt/lake/test/...']
  ])('%s', (pfn, path) => expect(at(pfn)).toBe(path));

  it.each([
    'root://store:1094//rucio',
    'root://store:1094//rucio/',
    'root://store:1094//rucio2/f',
    'root://store:1094//ruci/o/f',
    'root://other:1094//rucio/f',
    'root://store:1095//rucio/f',
    'root://store.evil:1094//rucio/f',
    'root://store@evil:1094//rucio/f',
    'https://store:443/rucio/f',
    'davs://store:1094/rucio/f',
    'root://store:1094//rucio/../etc/passwd',
    'root://store:1094//rucio/test/../../f',
    'root://store:1094//rucio/./f',
    'root://store:1094//rucio/%2e%2e/f',
    'root://store:1094//rucio/%2E%2e%2ff',
    'root://store:1094//rucio/a%2fb',
    'root://store:1094//rucio/a%00b',
    'root://store:1094//rucio/a\nb',
    'root://store:1094//rucio/a%0ab',
    'root://store:1094//rucio/%zz',
    'root:store/rucio/f',
    '/rucio/f',
    ''
  ])('that is none: %j', pfn => expect(at(pfn)).toBeNull());

  it('never leaves the mount, whatever is in it', () => {
    const nasty = fc.constantFrom('..', '.', '', '%2e%2e', '%2f', '%252e%252e', '\\..', '~', '%00');
    const part = fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 12 }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), parts => {
        for (const prefix of MOUNT.prefixes) {
          const path = at(prefix + parts.join('/'));
          if (path !== null) {
            expect(path.startsWith('/mnt/lake/')).toBe(true);
            expect(posix.normalize(path)).toBe(path);
          }
        }
      })
    );
  });

  it('is found again from what an RSE computes', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._#+-]{0,20}$/);
    fc.assert(
      fc.property(word, word, (scope, name) => {
        const suffix = LFN2PFN.hash(scope, name);
        for (const prefix of MOUNT.prefixes) {
          expect(at(prefix + suffix)).toBe(`/mnt/lake/${suffix}`);
        }
      })
    );
  });

  it('is cut as the reference extension cuts it', () => {
    const pfn = 'root://store:1094//eos/rucio/test/f';
    expect(pfnToPathFrom(pfn, '/mnt', 0)).toBe('/mnt/eos/rucio/test/f');
    expect(pfnToPathFrom(pfn, '/mnt/', 2)).toBe('/mnt/test/f');
    expect(pfnToPathFrom(pfn, '/mnt', 4)).toBeNull();
    expect(pfnToPathFrom('root://store//a/../b', '/mnt', 1)).toBeNull();
  });
});

describe('the folders of a deterministic RSE', () => {
  it('are as Rucio computes them', () => {
    // md5('user.alice:yo.txt') begins with 8580.
    expect(LFN2PFN.hash('user.alice', 'yo.txt')).toBe('user/alice/85/80/yo.txt');
    expect(LFN2PFN.hash('obs.2024', 'f')).toMatch(/^obs\.2024\/[0-9a-f]{2}\/[0-9a-f]{2}\/f$/);
    expect(LFN2PFN.identity('group.phys', 'a/b')).toBe('group/phys/a/b');
  });
});
