import type { ISource, IUploadForm } from './form.js';

/** Forms that were filled in and not sent, by what they are about: until they are, or the page is loaded anew. */
export class Drafts {
  of(instance: string, sources: readonly ISource[]): IUploadForm | null {
    return this._kept.get(keyOf(instance, sources)) ?? null;
  }

  keep(instance: string, sources: readonly ISource[], form: IUploadForm): void {
    this._kept.set(keyOf(instance, sources), form);
  }

  drop(instance: string, sources: readonly ISource[]): void {
    this._kept.delete(keyOf(instance, sources));
  }

  private readonly _kept = new Map<string, IUploadForm>();
}

function keyOf(instance: string, sources: readonly ISource[]): string {
  return JSON.stringify([instance, ...sources.map(({ path }) => path).sort()]);
}
