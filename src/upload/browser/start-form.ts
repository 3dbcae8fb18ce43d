import type * as z from 'zod';
import type { uploadDefaults } from '../contract.js';
import type { ISource, IUploadForm } from './form.js';
import type { LastUsed } from './last-used.js';

export type Defaults = z.output<typeof uploadDefaults.answer>;

/** A name as Rucio's generic schema takes it, from one that people gave. */
export function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^[^A-Za-z0-9]+/, '');
}

function baseName(path: string): string {
  return path.replace(/\/+$/, '').split('/').at(-1) ?? '';
}

/**
 * How the dialog begins: what was used last where that still fits, else what the administrator configured. A
 * single folder gives its name to the files' prefix and to a dataset.
 */
export function startForm(
  defaults: Defaults,
  sources: readonly ISource[],
  last: LastUsed | null
): IUploadForm {
  const lastScope = last !== null && defaults.scopes.includes(last.scope) ? last.scope : null;
  const scope = lastScope ?? defaults.scope;
  const [first] = sources;
  const folder = sources.length === 1 && first.isFolder ? safeName(baseName(first.path)) : '';
  return {
    rseExpression: last?.rseExpression ?? defaults.rseExpression,
    lifetime:
      last !== null
        ? last.lifetime
        : defaults.lifetimeDays === null || defaults.lifetimeDays === 0
          ? null
          : { number: String(defaults.lifetimeDays), unit: 'days' },
    scope,
    prefix: folder === '' ? '' : `${folder}/`,
    dataset: folder === '' || scope === '' ? null : `${scope}:${folder}`,
    metadata: [],
    copies: String(last?.copies ?? 1),
    activity: last?.activity ?? '',
    separator: last?.separator ?? '/',
    include: '',
    exclude: '',
    provenance: last?.provenance ?? defaults.provenance
  };
}
