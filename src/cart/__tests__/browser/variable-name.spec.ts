import { nullTranslator } from '@jupyterlab/translation';
import * as fc from 'fast-check';
import { parseDid } from '../../../common/contract/did.js';
import { nameFault } from '../../../common/contract/python-names.js';
import { VariableName } from '../../contract.js';
import { nameComplaint, proposeName } from '../../browser/variable-name.js';

const trans = nullTranslator.load('jupyterlab_datalake');
const NONE: ReadonlySet<string> = new Set();

/** Names as Rucio allows them, and words that Python keeps for itself. */
const Name = fc
  .oneof(
    fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._/+-]{0,80}$/),
    fc.constantFrom('list', 'class', 'match', '2024', '__init__', 'lambda.root', 'None', 'a//b')
  )
  .filter(name => {
    try {
      parseDid(`s:${name}`);
      return true;
    } catch {
      return false;
    }
  });

describe('a proposed name', () => {
  it.each([
    ['obs.2024:event_0412', 'event_0412'],
    ['obs.2024:wave-0412.mseed', 'wave_0412'],
    ['sun:2011/06/07/aia_171.fits', 'aia_171'],
    ['s:2024', 'data_2024'],
    ['s:list', 'list_data'],
    ['s:class', 'class_data'],
    ['s:match', 'match_data'],
    ['s:__init__', 'init']
  ])('of %s is %s', (did, name) => {
    expect(proposeName(did, NONE)).toBe(name);
  });

  it('counts on where the name is taken', () => {
    expect(proposeName('s:a', new Set(['a', 'a_2']))).toBe('a_3');
  });

  it('is one that Python takes, that hides nothing and that is free, whatever the DID', () => {
    fc.assert(
      fc.property(Name, fc.array(Name, { maxLength: 5 }), (name, others) => {
        const taken = new Set<string>();
        for (const other of [...others, name, name]) {
          const proposal = proposeName(`s:${other}`, taken);
          expect(nameFault(proposal)).toBeNull();
          expect(VariableName.safeParse(proposal).success).toBe(true);
          expect(taken.has(proposal)).toBe(false);
          taken.add(proposal);
        }
      }),
      { numRuns: 500 }
    );
  });
});

describe('a typed name', () => {
  it.each([
    ['', 'Type a name'],
    ['a'.repeat(101), 'longer than 100'],
    ['1a', 'does not start with a digit'],
    ['a b', 'letters, digits and underscores'],
    ['ä', 'letters, digits and underscores'],
    ["x'); import os", 'letters, digits and underscores'],
    ['class', 'a word of Python’s own'],
    ['list', 'built into Python'],
    ['__name__', 'two underscores'],
    ['taken', 'Another item of this cart']
  ])('%j is refused with a sentence', (name, sentence) => {
    expect(nameComplaint(name, new Set(['taken']), trans)).toContain(sentence);
  });

  it.each(['a', '_a', 'event_0412', 'A1'])('%s is taken', name => {
    expect(nameComplaint(name, new Set(['taken']), trans)).toBeNull();
  });
});
