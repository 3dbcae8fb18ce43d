import type { TranslationBundle } from '@jupyterlab/translation';
import { formatCount } from '../../common/browser/counts.js';
import { problemSentence } from '../../common/browser/problem-sentences.js';
import type { Problem } from '../../common/contract/problem.js';
import type { Injection } from '../contract.js';
import type { IOpenCart } from './carts.js';

/** What the notebook's toolbar says about its data. */
export interface IPillState {
  kind: 'empty' | 'asks' | 'ready' | 'waiting' | 'failed';
  /** A few words. */
  text: string;
  /** A sentence, on hover. */
  detail: string;
}

const SIGN_IN = ['not-signed-in', 'sign-in-refused'];

/** The one thing about a cart that a person wants to know before running the next cell. */
export function pillState(open: IOpenCart, trans: TranslationBundle): IPillState {
  const { items } = open.cart;
  const { state } = open.variables;
  if (items.length === 0) {
    return {
      kind: 'empty',
      text: trans.__('Data'),
      detail: trans.__('The cart of this notebook is empty. Open it to see how to fill it.')
    };
  }
  const problem = open.acceptance.problem ?? state.problem ?? firstProblem(state.injections);
  if (problem !== null) {
    return ofProblem(problem, trans);
  }
  if (open.acceptance.waiting.length > 0) {
    return {
      kind: 'asks',
      text: trans.__('Data: use this cart?'),
      detail: trans.__(
        'Others have put data into this notebook: look at it, and use it if you want.'
      )
    };
  }
  if (state.status === 'no-kernel') {
    return {
      kind: 'waiting',
      text: trans.__('Data: no kernel'),
      detail: trans.__('The variables are set when a kernel starts.')
    };
  }
  if (state.status === 'unsupported') {
    return {
      kind: 'failed',
      text: trans.__('Data: not in %1', state.language ?? ''),
      detail: trans.__('Variables cannot be set in %1 kernels yet.', state.language ?? '')
    };
  }
  return ofVariables(open, trans);
}

function ofVariables(open: IOpenCart, trans: TranslationBundle): IPillState {
  const { state } = open.variables;
  const inUse = state.report.find(({ outcome }) => outcome === 'in-use');
  if (inUse !== undefined) {
    return {
      kind: 'failed',
      text: trans.__('Data: failed, name in use'),
      detail: trans.__('The name %1 is in use in this kernel.', inUse.variableName)
    };
  }
  const halted = state.injections.find(({ state: one }) => one !== null && HALTED.includes(one));
  if (halted !== undefined) {
    return {
      kind: 'failed',
      text: trans.__('Data: failed, %1', haltedWord(halted, trans)),
      detail: `${halted.variableName}: ${halted.reason ?? halted.did}`
    };
  }
  const missing = state.injections.filter(({ state: one }) => one !== 'AVAILABLE');
  if (missing.length > 0) {
    return ofMissing(state.injections, missing, trans);
  }
  const set = state.report.filter(({ ready }) => ready).length;
  if (
    state.status === 'done' &&
    set === state.injections.length &&
    set === open.cart.items.length
  ) {
    return {
      kind: 'ready',
      text: trans.__('Data: ready'),
      detail: trans._n('%1 variable is set.', '%1 variables are set.', set, set)
    };
  }
  return {
    kind: 'waiting',
    text: trans.__('Data: being set'),
    detail: trans.__('The variables are set as soon as the kernel is free.')
  };
}

const HALTED = ['STUCK', 'SUSPENDED', 'WAITING_APPROVAL', 'PATH_MISSING'];

function haltedWord({ state }: Injection, trans: TranslationBundle): string {
  switch (state) {
    case 'SUSPENDED':
      return trans.__('suspended');
    case 'WAITING_APPROVAL':
      return trans.__('waits for approval');
    case 'PATH_MISSING':
      return trans.__('path missing');
    default:
      return trans.__('stuck');
  }
}

function ofMissing(
  all: readonly Injection[],
  missing: readonly Injection[],
  trans: TranslationBundle
): IPillState {
  const sum = (pick: (files: { total: number; available: number }) => number) =>
    all.reduce((total, { files }) => total + (files === null ? 0 : pick(files)), 0);
  const names = missing.map(({ variableName }) => variableName).join(', ');
  const onTheWay = missing.some(({ state }) => state === 'REPLICATING' || state === 'INJECT');
  return {
    kind: 'waiting',
    text: trans.__(
      'Data: %1 of %2',
      formatCount(sum(({ available }) => available)),
      formatCount(sum(({ total }) => total))
    ),
    detail: onTheWay
      ? trans.__('On the way: %1.', names)
      : trans.__('Not available yet: %1. Open the cart to make it available.', names)
  };
}

function firstProblem(injections: readonly Injection[]): Problem | null {
  return injections.find(({ problem }) => problem !== null)?.problem ?? null;
}

function ofProblem(problem: Problem, trans: TranslationBundle): IPillState {
  const detail = problemSentence(problem, trans);
  return SIGN_IN.includes(problem.code)
    ? { kind: 'asks', text: trans.__('Data: sign in'), detail }
    : { kind: 'failed', text: trans.__('Data: failed'), detail };
}
