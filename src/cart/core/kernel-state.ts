import * as z from 'zod';
import { AvailabilityState, type AvailabilityAnswer } from '../../availability/contract.js';
import { DidType } from '../../common/contract/did.js';
import { Problem } from '../../common/contract/problem.js';

/** What a kernel reads about one DID (jupyterlab_datalake/kernel/state.py). */
export const KernelState = z.object({
  version: z.literal(1),
  instance: z.string(),
  did: z.string(),
  type: DidType,
  state: AvailabilityState.nullable(),
  /** Every file is here and `filesFile` lists them. */
  ready: z.boolean(),
  percent: z.number().nullable(),
  reason: z.string().nullable(),
  problem: Problem.nullable(),
  filesTotal: z.number().nullable(),
  filesAvailable: z.number().nullable(),
  bytesTotal: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  filesFile: z.string().nullable(),
  filesStamp: z.string().nullable(),
  writtenAt: z.string()
});
export type KernelState = z.infer<typeof KernelState>;

interface IOf {
  instance: string;
  did: string;
  /** Used where Rucio could not be asked. */
  type: DidType;
}

/** The state without its list of files, from what the availability slice answers. Never ready. */
export function kernelState(
  { instance, did, type }: IOf,
  answer: AvailabilityAnswer,
  now: number
): KernelState {
  const head = { version: 1 as const, instance, did, writtenAt: new Date(now).toISOString() };
  const rest = { ready: false, filesFile: null, filesStamp: null };
  if ('problem' in answer) {
    return {
      ...head,
      ...rest,
      type,
      state: null,
      percent: null,
      reason: null,
      problem: answer.problem,
      filesTotal: null,
      filesAvailable: null,
      bytesTotal: null,
      etaSeconds: null
    };
  }
  const { availability } = answer;
  return {
    ...head,
    ...rest,
    type: availability.type,
    state: availability.state,
    percent: percentOf(availability),
    reason: availability.reason,
    problem: null,
    filesTotal: availability.files.total,
    filesAvailable: availability.files.available,
    bytesTotal: availability.bytes.total,
    etaSeconds: availability.etaSeconds
  };
}

type Availability = Extract<AvailabilityAnswer, { availability: unknown }>['availability'];

/** By bytes, else by files; 100 is only for what can be used. */
export function percentOf({ state, bytes, files }: Availability): number {
  if (state === 'AVAILABLE') {
    return 100;
  }
  const [part, whole] =
    bytes.total > 0 ? [bytes.available, bytes.total] : [files.available, files.total];
  return whole > 0 ? Math.max(0, Math.min(99, Math.floor((100 * part) / whole))) : 0;
}
