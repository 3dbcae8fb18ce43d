import fc from 'fast-check';
import { scrub } from '../core/scrub.js';

const JWT = `eyJ${'aB3_'.repeat(8)}.${'cD4-'.repeat(20)}.${'eF5x'.repeat(10)}`;
const RUCIO = 'alice-/C=CH/CN=Alice-unknown-4b2f0c1d9e8a7b6c5d4e3f2a1b0c9d8e';
/** Of who came with a certificate. */
const CERTIFIED =
  'alice-/DC=org/O=A data lake/CN=Alice Doe-unknown-4b2f0c1d9e8a7b6c5d4e3f2a1b0c9d8e';
const secrets = fc.constantFrom(
  JWT,
  JWT.slice(0, 60),
  RUCIO,
  CERTIFIED,
  '0123456789abcdef0123456789abcdef01234567',
  'Bearer abc.def-ghi_jkl123',
  'X-Rucio-Auth-Token: s3cr3t-token',
  'X-Rucio-Password: hunter2',
  '"password": "hunter2"',
  'password=hunter2',
  'https://alice:hunter2@rucio.example.org/x'
);
const WHAT_MUST_GO = [
  JWT.slice(0, 60),
  'aB3_aB3_',
  '4b2f0c1d9e8a7b6c',
  '0123456789abcdef01',
  'abc.def-ghi',
  's3cr3t',
  'hunter2'
];

it('leaves no secret, wherever it stands', () => {
  const around = fc.string({ unit: fc.constantFrom(...'abc ,;:\n"\'(){}') });
  fc.assert(
    fc.property(around, secrets, around, (before, secret, after) => {
      const shown = scrub(`${before} ${secret} ${after}`);
      for (const part of WHAT_MUST_GO) {
        expect(shown).not.toContain(part);
      }
    })
  );
});

it('leaves one short line without controls, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), text => {
      const shown = scrub(text);
      expect(shown.length).toBeLessThanOrEqual(600);
      expect(shown).not.toMatch(/\p{Cc}/u);
    })
  );
});

it.each([
  ["Data identifier 'a:b' not found", "Data identifier 'a:b' not found"],
  ['bad\u001b[31m red\u001b[0m', 'bad red'],
  ['Oops\nTraceback (most recent call last):\n  File "x.py"', 'Oops'],
  ['<html><style>p{}</style><h1>502</h1> Bad Gateway</html>', '502 Bad Gateway'],
  [
    'RequestErrMsg.TRANSFER_FAILED:source is missing',
    'RequestErrMsg.TRANSFER_FAILED:source is missing'
  ]
])('makes %j readable', (text, shown) => {
  expect(scrub(text)).toBe(shown);
});

it('takes no longer than its text is worth', () => {
  for (const unit of ['a', 'secret: ', 'a-', '<', 'eyJ', ' ', 'token=', '://a:']) {
    expect(scrub(unit.repeat(500_000)).length).toBeLessThanOrEqual(600);
  }
});
