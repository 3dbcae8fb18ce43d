import * as fc from 'fast-check';
import { Pattern } from '../../contract.js';
import { matchingScopes, parseSearch } from '../../browser/search-text.js';

it.each([
  ['', { kind: 'home' }],
  ['   ', { kind: 'home' }],
  ['obs:ev*', { kind: 'search', scope: 'obs', pattern: 'ev*' }],
  ['obs:', { kind: 'search', scope: 'obs', pattern: '*' }],
  ['obs:event', { kind: 'search', scope: 'obs', pattern: 'event*' }],
  [' obs : ev* ', { kind: 'search', scope: 'obs', pattern: 'ev*' }],
  ['obs.*:ev*', { kind: 'search', scope: 'obs.*', pattern: 'ev*' }],
  ['event', { kind: 'search', scope: null, pattern: '*event*' }],
  ['event april', { kind: 'search', scope: null, pattern: '*event*april*' }],
  [':event', { kind: 'search', scope: null, pattern: '*event*' }],
  ['*.fits', { kind: 'search', scope: null, pattern: '*.fits' }],
  ['a:b:c', { kind: 'mistake', mistake: 'colons' }],
  ['a/b:c', { kind: 'mistake', mistake: 'scope' }],
  ['obs:%2f', { kind: 'mistake', mistake: 'characters' }],
  ['wh?t', { kind: 'mistake', mistake: 'characters' }],
  ['a\u0000b', { kind: 'mistake', mistake: 'characters' }],
  ['x'.repeat(600), { kind: 'mistake', mistake: 'too-long' }],
  ['x'.repeat(1_000_000), { kind: 'mistake', mistake: 'too-long' }]
])('%j', (text, search) => {
  expect(parseSearch(text)).toEqual(search);
});

it('never makes a pattern that the server refuses', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const search = parseSearch(text);
      return search.kind !== 'search' || Pattern.safeParse(search.pattern).success;
    })
  );
});

it('finds the scopes that a scope with wildcards stands for', () => {
  const scopes = ['obs.2024', 'obs.formats', 'obsX2024', 'user.alice'];
  expect(matchingScopes('obs.*', scopes)).toEqual(['obs.2024', 'obs.formats']);
  expect(matchingScopes('*', scopes)).toEqual(scopes);
  expect(matchingScopes('obs.2025', scopes)).toEqual(['obs.2025']);
});
