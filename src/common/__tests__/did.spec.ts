import fc from 'fast-check';
import { DidText, formatDid, parseDid } from '../contract/did.js';

const letters = (alphabet: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength });
const ALNUM = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const scope = letters(`${ALNUM}._-`, 25).filter(text => text !== '.' && text !== '..');
const name = letters(`${ALNUM}!#$&()+,./;=@[]^_{|}~-`, 250).filter(
  text => !text.split('/').some(part => ['', '.', '..'].includes(part))
);

it('takes apart what it has put together', () => {
  fc.assert(
    fc.property(scope, name, (s, n) => {
      expect(parseDid(formatDid({ scope: s, name: n }))).toEqual({ scope: s, name: n });
    })
  );
});

it('takes apart or refuses, whatever the text, and what it takes apart climbs nowhere', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), text => {
      const parsed = DidText.safeParse(text);
      if (parsed.success) {
        const did = parseDid(text);
        expect(formatDid(did)).toBe(text);
        expect([...did.scope.split('/'), ...did.name.split('/')]).not.toContain('..');
        expect(text).not.toMatch(/[\s%*?\\<>"'\p{Cc}]/u);
      } else {
        expect(() => parseDid(text)).toThrow(
          expect.objectContaining({ code: 'malformed-did' }) as Error
        );
      }
    })
  );
});

it.each([
  ['', /no colon/],
  ['a', /no colon/],
  ['a:b:c', /more than one/],
  [':b', /A scope has/],
  ['a:', /A name has/],
  ['a:..', /no "\.\."/],
  ['..:b', /no "\.\."/],
  ['a:b/../c', /no "\.\."/],
  ['a:/b', /no empty part/],
  ['a:b%2f..%2fc', /A name has/],
  ['a:b c', /A name has/],
  ['a:b\u0000', /A name has/],
  ['a:b\n', /A name has/],
  ['a:\u001b[31mred', /A name has/],
  ['a:b\u202ec', /A name has/],
  ['ä:b', /A scope has/],
  [`a:${'b'.repeat(501)}`, /A name has/],
  [`${'a'.repeat(1_000_000)}:b`, /at most 756 characters/]
])('refuses %j with a sentence', (text, sentence) => {
  expect(() => parseDid(text)).toThrow(sentence);
  const issue = DidText.safeParse(text).error?.issues[0].message;
  expect(issue).toMatch(sentence);
  expect((issue ?? '').length).toBeLessThan(120);
});
