import type { IStateDB } from '@jupyterlab/statedb';
import * as z from 'zod';
import { ProvenancePart } from '../contract.js';
import { UNITS } from '../../common/browser/lifetime-field.js';
import { SEPARATORS, type IUploadForm } from './form.js';

const STATE_KEY = 'jupyterlab-datalake:last-upload';

const LastUsed = z.object({
  rseExpression: z.string().min(1),
  lifetime: z.object({ number: z.string(), unit: z.enum(UNITS) }).nullable(),
  scope: z.string(),
  copies: z.number().int().min(1).max(10),
  activity: z.string(),
  separator: z.enum(SEPARATORS),
  provenance: z.array(ProvenancePart)
});
/** What somebody chose for the last upload that would be so for the next one too. */
export type LastUsed = z.infer<typeof LastUsed>;

/** The last choices of each instance, in the workspace's state. Nothing depends on its being there. */
export class LastChoices {
  constructor(private readonly _state: IStateDB | null) {}

  async of(instance: string): Promise<LastUsed | null> {
    const saved: unknown = await this._state?.fetch(keyOf(instance)).catch(() => null);
    return LastUsed.safeParse(saved).data ?? null;
  }

  async remember(instance: string, form: IUploadForm): Promise<void> {
    const last = LastUsed.safeParse({ ...form, copies: Number(form.copies) });
    if (last.success) {
      await this._state?.save(keyOf(instance), last.data).catch(() => undefined);
    }
  }
}

function keyOf(instance: string): string {
  return `${STATE_KEY}:${instance}`;
}
