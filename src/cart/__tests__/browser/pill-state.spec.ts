import { nullTranslator } from '@jupyterlab/translation';
import type { IOpenCart } from '../../browser/carts.js';
import { itemFault } from '../../browser/item-fault.js';
import type { IVariablesState } from '../../browser/kernel-variables.js';
import { pillState } from '../../browser/pill-state.js';
import type { Injection } from '../../contract.js';
import { item, ITEM } from './open-cart.js';

const trans = nullTranslator.load('jupyterlab_datalake');

function injection(change: Partial<Injection> = {}): Injection {
  return {
    variableName: 'event_1',
    did: 'obs:event_1',
    state: 'AVAILABLE',
    problem: null,
    reason: null,
    files: { total: 20, available: 20 },
    version: 1,
    ...change
  };
}

const SET = { variableName: 'event_1', outcome: 'set' as const, ready: true };

function open(
  state: Partial<IVariablesState>,
  more: { items?: unknown[]; waiting?: unknown[]; problem?: object | null } = {}
): IOpenCart {
  const { items = [ITEM], waiting = [], problem = null } = more;
  return {
    cart: { items, namesBut: () => new Set(['taken']) },
    acceptance: { waiting, problem },
    variables: {
      state: {
        ...{ status: 'done', language: 'python', injections: [], report: [], problem: null },
        ...state
      }
    }
  } as unknown as IOpenCart;
}

const pill = (...args: Parameters<typeof open>) => pillState(open(...args), trans);

it.each<[string, Parameters<typeof open>, string, string]>([
  ['an empty cart', [{}, { items: [] }], 'empty', 'Data'],
  ["somebody else's items", [{}, { waiting: [ITEM] }], 'asks', 'Data: use this cart?'],
  ['no kernel', [{ status: 'no-kernel' }], 'waiting', 'Data: no kernel'],
  ['a kernel of R', [{ status: 'unsupported', language: 'R' }], 'failed', 'Data: not in R'],
  ['all set', [{ injections: [injection()], report: [SET] }], 'ready', 'Data: ready'],
  [
    'a run under way',
    [{ status: 'working', injections: [injection()] }],
    'waiting',
    'Data: being set'
  ],
  [
    'an item that was added since',
    [{ injections: [injection()], report: [SET] }, { items: [ITEM, item({ did: 'obs:b' })] }],
    'waiting',
    'Data: being set'
  ],
  [
    'what is on its way',
    [{ injections: [injection({ state: 'REPLICATING', files: { total: 20, available: 3 } })] }],
    'waiting',
    'Data: 3 of 20'
  ],
  [
    'what nobody has asked for',
    [{ injections: [injection({ state: 'NOT_AVAILABLE', files: { total: 20, available: 0 } })] }],
    'waiting',
    'Data: 0 of 20'
  ],
  [
    'what is stuck',
    [{ injections: [injection({ state: 'STUCK' })] }],
    'failed',
    'Data: failed, stuck'
  ],
  [
    'what waits for approval',
    [{ injections: [injection({ state: 'WAITING_APPROVAL' })] }],
    'failed',
    'Data: failed, waits for approval'
  ],
  [
    'a suspended rule',
    [{ injections: [injection({ state: 'SUSPENDED' })] }],
    'failed',
    'Data: failed, suspended'
  ],
  [
    'a path that is missing',
    [{ injections: [injection({ state: 'PATH_MISSING' })] }],
    'failed',
    'Data: failed, path missing'
  ],
  [
    'a name in use',
    [{ injections: [injection()], report: [{ ...SET, outcome: 'in-use', ready: false }] }],
    'failed',
    'Data: failed, name in use'
  ],
  [
    'a Rucio that does not answer',
    [
      {
        injections: [
          injection({ state: null, problem: { code: 'rucio-unreachable', message: 'Down.' } })
        ]
      }
    ],
    'failed',
    'Data: failed'
  ],
  [
    'a sign-in that has ended',
    [{}, { problem: { code: 'sign-in-refused', message: 'Refused.' } }],
    'asks',
    'Data: sign in'
  ]
])('%s', (_, args, kind, text) => {
  expect(pill(...args)).toMatchObject({ kind, text });
});

it('says why it failed', () => {
  const stuck = injection({ state: 'STUCK', reason: 'No space left.' });
  expect(pill({ injections: [stuck] }).detail).toBe('event_1: No space left.');
});

describe('an item whose variable is not set', () => {
  const fault = (variableName: string, state: Partial<IVariablesState> = {}) => {
    const cart = open(state);
    return itemFault(item({ variableName }), cart, cart.variables.state, trans);
  };

  it('has no fault while its name is good and its value is set', () => {
    expect(fault('event_1', { report: [SET] })).toBeNull();
  });

  it.each<[string, Partial<IVariablesState>, string]>([
    ['taken', {}, 'Another item of this cart'],
    ['list', {}, 'built into Python'],
    ['event_1', { report: [{ ...SET, outcome: 'in-use' }] }, 'in use in this kernel: rename'],
    [
      'event_1',
      { report: [{ ...SET, outcome: 'failed', message: 'Odd.' }] },
      'could not be set: Odd.'
    ]
  ])('%s says why', (name, state, sentence) => {
    expect(fault(name, state)).toContain(sentence);
  });
});
