import type { TranslationBundle } from '@jupyterlab/translation';
import { lifetimeSeconds, type LifetimeText } from '../../common/browser/lifetime-field.js';
import type { IMetadataRow } from '../../common/browser/metadata-rows.js';
import { parseDid } from '../../common/contract/did.js';
import { DataLakeError } from '../../common/contract/problem.js';
import { MetadataKey, UploadPlan, type ProvenancePart } from '../contract.js';
import type * as z from 'zod';

/** A file or folder that is to be uploaded, relative to Jupyter's root folder. */
export interface ISource {
  path: string;
  isFolder: boolean;
}

export const SEPARATORS = ['/', '.', '_', '-'] as const;

/** What stands in the dialog's fields: texts as they are typed, right or not. */
export interface IUploadForm {
  rseExpression: string;
  /** null: never removed. */
  lifetime: LifetimeText;
  scope: string;
  prefix: string;
  /** null: the files stand alone. */
  dataset: string | null;
  metadata: readonly IMetadataRow[];
  copies: string;
  activity: string;
  separator: string;
  /** One pattern a line. */
  include: string;
  exclude: string;
  provenance: readonly ProvenancePart[];
}

/** Where the files come from, as far as JupyterLab knows. */
export interface IOrigin {
  notebook: string | null;
  kernel: string | null;
  /** DIDs of the notebook's cart. */
  inputs: readonly string[];
}

export type PlanRequest = z.input<typeof UploadPlan>;
/** A sentence for each field that is not right. */
export type Complaints = Partial<Record<keyof IUploadForm, string>>;

/** What the form asks for. `complaints` is empty where the server can be asked. */
export function planOf(
  form: IUploadForm,
  sources: readonly ISource[],
  origin: IOrigin,
  trans: TranslationBundle
): { plan: PlanRequest; complaints: Complaints } {
  const uses = (part: ProvenancePart) => form.provenance.includes(part);
  const plan: PlanRequest = {
    sources: sources.map(({ path }) => path),
    include: patterns(form.include),
    exclude: patterns(form.exclude),
    scope: form.scope.trim(),
    prefix: form.prefix.trim(),
    separator: form.separator,
    rseExpression: form.rseExpression.trim(),
    dataset: form.dataset === null ? null : form.dataset.trim(),
    metadata: Object.fromEntries(
      form.metadata
        .filter(({ key }) => key.trim() !== '')
        .map(({ key, value }) => [key.trim(), value])
    ),
    lifetimeSeconds: lifetimeSeconds(form.lifetime),
    copies: Number(form.copies),
    activity: form.activity.trim() === '' ? null : form.activity.trim(),
    provenance: [...form.provenance],
    notebook: uses('notebook') ? origin.notebook : null,
    kernel: uses('kernel') ? origin.kernel : null,
    inputs: uses('inputs') ? [...origin.inputs] : []
  };
  return { plan, complaints: complaintsOf(form, plan, trans) };
}

function patterns(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
}

function complaintsOf(form: IUploadForm, plan: PlanRequest, trans: TranslationBundle): Complaints {
  const own: Complaints = {};
  const complain = (field: keyof IUploadForm, sentence: string | null) => {
    if (sentence !== null) {
      own[field] = sentence;
    }
  };
  complain('rseExpression', plan.rseExpression === '' ? trans.__('Say where to.') : null);
  complain('scope', plan.scope === '' ? trans.__('Choose a scope.') : null);
  complain('dataset', form.dataset === null ? null : datasetComplaint(form.dataset.trim(), trans));
  complain('metadata', metadataComplaint(form.metadata, trans));
  const seconds = plan.lifetimeSeconds ?? 1;
  complain(
    'lifetime',
    seconds >= 1 ? null : trans.__('Type a number above zero, or choose Never.')
  );
  const copies = plan.copies ?? 1;
  const isCount = Number.isInteger(copies) && copies >= 1 && copies <= 10;
  complain('copies', isCount ? null : trans.__('Between 1 and 10 copies.'));
  // What is left is told in the contract's own words.
  for (const { path, message } of UploadPlan.safeParse(plan).error?.issues ?? []) {
    const field = path[0] === 'lifetimeSeconds' ? 'lifetime' : path[0];
    if (typeof field === 'string' && field in form) {
      own[field as keyof IUploadForm] ??= message;
    }
  }
  return own;
}

function datasetComplaint(dataset: string, trans: TranslationBundle): string | null {
  if (dataset === '') {
    return trans.__('Type the dataset as scope:name.');
  }
  try {
    parseDid(dataset);
    return null;
  } catch (error) {
    return error instanceof DataLakeError ? error.message : null;
  }
}

function metadataComplaint(rows: readonly IMetadataRow[], trans: TranslationBundle): string | null {
  const keys = rows.map(({ key }) => key.trim());
  const twice = keys.find((key, index) => key !== '' && keys.indexOf(key) !== index);
  if (twice !== undefined) {
    return trans.__('The key %1 stands there twice.', twice);
  }
  if (rows.some(({ key, value }) => key.trim() === '' && value.trim() !== '')) {
    return trans.__('A value has no key.');
  }
  const wrong = keys.find(key => key !== '' && !MetadataKey.safeParse(key).success);
  return wrong === undefined
    ? null
    : trans.__(
        '“%1” is no key: letters, digits, underscores and hyphens, beginning with a letter.',
        wrong
      );
}
