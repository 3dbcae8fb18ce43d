import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { IniError, IniSection } from '../ini.js';

const PYTHON = `
import configparser, json, sys
options, texts = json.load(sys.stdin)
def read(text):
    parser = configparser.ConfigParser()
    try:
        parser.read_string(text)
        found = parser['client']
        return {option: found[option] for option in options if option in found}
    except configparser.Error:
        return None
json.dump([read(text) for text in texts], sys.stdout)
`;

/** What Python's configparser reads from each; null where it refuses. */
function python(texts: string[]): (Record<string, string> | null)[] {
  const { stdout, stderr } = spawnSync('python3', ['-c', PYTHON], {
    input: JSON.stringify([OPTIONS, texts]),
    encoding: 'utf8'
  });
  if (stdout === '') {
    throw new Error(stderr);
  }
  return JSON.parse(stdout) as (Record<string, string> | null)[];
}

const OPTIONS = ['rucio_host', 'account', 'password', 'a b'];

function ours(text: string): Record<string, string> | null {
  try {
    const section = IniSection.read(text, 'client');
    return Object.fromEntries(
      OPTIONS.filter(option => section.has(option)).map(option => [
        option,
        section.get(option) ?? ''
      ])
    );
  } catch (error) {
    expect(error).toBeInstanceOf(IniError);
    return null;
  }
}

const word = fc.constantFrom('x', '', 'a b', 'p#ss;w', '%%', '%(account)s', '%', '= :', '[x]', 'é');
const value = fc.array(word, { maxLength: 3 }).map(words => words.join(''));
const option = fc.constantFrom(...OPTIONS, 'ACCOUNT');
const between = fc.constantFrom(' = ', '=', ': ', '  :', ' ');
const line = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(option, between, value).map(parts => parts.join('')) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('[client]', '[DEFAULT]', '[other]', '[client] # no', '[]')
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('', '# c = d', '; c', '  # e', '   more', '\tmore = 1', ' ')
  }
);
const file = fc.array(line, { maxLength: 8 }).map(lines => ['[client]', ...lines].join('\n'));

it("reads what Python's configparser reads, and refuses what it refuses", () => {
  const texts = fc.sample(file, { numRuns: 2000, seed: 41 });
  const theirs = python(texts);
  expect(theirs.filter(found => found === null).length).toBeGreaterThan(100);
  expect(theirs.filter(found => found !== null).length).toBeGreaterThan(500);
  for (const [index, text] of texts.entries()) {
    expect({ text, found: ours(text) }).toEqual({ text, found: theirs[index] });
  }
});

it('never fails but with its own error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      ours(`[client]\n${text}`);
    })
  );
});

it('reads a value that refers to itself as an error', () => {
  const section = IniSection.read('[client]\na = %(b)s\nb = %(a)s', 'client');
  expect(() => section.get('a')).toThrow(IniError);
});
