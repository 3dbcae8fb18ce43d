import { Token } from '@lumino/coreutils';
import type { ComponentType } from 'react';
import type { Problem } from '../../common/contract/problem.js';
import type { Availability } from '../contract.js';

/** What is known of one DID's availability here and now. */
export type Known =
  | { status: 'loading' }
  | { status: 'known'; availability: Availability }
  | { status: 'failed'; problem: Problem };

export interface IAvailabilityView {
  /**
   * Hook: the availability of each DID, in order, kept fresh by push for as long as the component is
   * mounted. Asks the server once for all of them.
   */
  useAvailability(instance: string | undefined, dids: readonly string[]): readonly Known[];
  /** Icon and word (on hover and for screen readers) of the state. */
  State: ComponentType<{ did: string; type: string; instance?: string }>;
  /** One line: size, room, expected time; then lifetime, RSE expression and the button. */
  MakeAvailable: ComponentType<{ dids: readonly string[]; instance?: string; label?: string }>;
  /** Bar, counts, reason and the buttons Retry, Extend, Cancel of one DID. */
  Progress: ComponentType<{ did: string; type: string; instance?: string }>;
}

export const IAvailabilityView = new Token<IAvailabilityView>(
  'jupyterlab-datalake:IAvailabilityView',
  'The availability of DIDs on the mounted RSE, for other slices to show.'
);

export const AvailabilityCommands = {
  /**
   * Args: {dids: string[] (scope:name), instance?, lifetimeSeconds?, rseExpression?, quiet?}. Takes the
   * defaults, without a dialog; answers MakeResult[]. What came of it is told by a notification, unless
   * `quiet`: then the caller shows it.
   */
  makeAvailable: 'datalake:make-available',
  /** Args of these: {ruleId, did, instance?, quiet?}; without a rule a dialog asks for one. */
  retry: 'datalake:retry-rule',
  /** Also lifetimeDays? from now. */
  extend: 'datalake:extend-rule',
  cancel: 'datalake:cancel-rule'
} as const;
