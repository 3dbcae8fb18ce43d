import fc from 'fast-check';
import { DataLakeError } from '../../common/contract/problem.js';
import { parseSearch, Pattern } from '../contract.js';

it.each([
  ['obs.2024:event_*', 'obs.2024', 'event_*'],
  ['obs.2024:event_0412', 'obs.2024', 'event_0412'],
  ['obs.2024:', 'obs.2024', '*'],
  [' obs.2024 : event_* ', 'obs.2024', 'event_*'],
  ['obs.2024:moon  july', 'obs.2024', '*moon*july*'],
  ['event_*', null, 'event_*'],
  ['event', null, '*event*'],
  ['moon july', null, '*moon*july*'],
  ['moon* july', null, '*moon*july*'],
  ['', null, '*'],
  ['*', null, '*']
])('reads %j', (text, scope, pattern) => {
  expect(parseSearch(text)).toEqual({ scope, pattern });
});

it.each([
  ['obs.*:event', /scope has only/],
  [':event', /scope has only/],
  ['obs:a:b', /no colon/],
  ['event_?', /no \? or %/],
  ['100%', /no \? or %/],
  ['a\u0000b', /no white space/],
  ['<script>', /no white space/],
  ['x'.repeat(1_000_000), /500/]
])('says how to write %j', (text, sentence) => {
  expect(() => parseSearch(text)).toThrow(sentence);
  expect(() => parseSearch(text)).toThrow(
    expect.objectContaining({ code: 'bad-request' }) as DataLakeError
  );
});

it('reads or refuses, whatever the text, and what it reads is a pattern', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), text => {
      try {
        const { scope, pattern } = parseSearch(text);
        expect(Pattern.safeParse(pattern).success).toBe(true);
        expect(scope ?? 'a').toMatch(/^[\w.-]+$/);
      } catch (error) {
        expect(error).toBeInstanceOf(DataLakeError);
      }
    })
  );
});

it('takes nothing for a pattern that could be more than part of a name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      if (Pattern.safeParse(text).success) {
        expect(text).not.toMatch(/[\s:%?"'\\<>\p{Cc}]/u);
      }
    })
  );
});
