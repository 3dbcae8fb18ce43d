import fc from 'fast-check';
import { rucioPath } from '../path.js';

it('keeps each part in its place, whatever is in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (scope, name) => {
      if ([scope, name].some(part => ['', '.', '..'].includes(part))) {
        expect(() => rucioPath`/dids/${scope}/${name}/files`).toThrow(TypeError);
        return;
      }
      const url = new URL(`http://rucio${rucioPath`/dids/${scope}/${name}/files`}`);
      const parts = url.pathname.split('/').map(decodeURIComponent);
      expect(parts).toEqual(['', 'dids', scope, name, 'files']);
      expect([url.search, url.hash, url.host]).toEqual(['', '', 'rucio']);
    })
  );
});
