import type { DidType } from '../../common/contract/did.js';

/** One variable to set: everything else stands in its state file. */
export interface IVariable {
  variableName: string;
  did: string;
  type: DidType;
  stateFile: string;
}

/**
 * Makes the code that sets variables, in one language. The code may be run any number of times, by
 * several windows; it leaves nothing behind but the variables, and never sets one over a value that
 * is not ours.
 */
export interface IInjector {
  code(variables: readonly IVariable[]): Promise<{ code: string; reportExpression: string }>;
}
