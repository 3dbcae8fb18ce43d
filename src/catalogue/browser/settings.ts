import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal, type ISignal } from '@lumino/signaling';
import * as z from 'zod';
import { SearchType } from '../contract.js';

export const WHERES = ['own', 'all'] as const;
export type Where = (typeof WHERES)[number];

const Values = z.object({
  defaultType: SearchType.catch('all'),
  defaultScopes: z.enum(WHERES).catch('all'),
  rowLimit: z.number().int().min(100).catch(100_000),
  rowDensity: z.enum(['compact', 'comfortable']).catch('compact')
});
export type CatalogueValues = z.infer<typeof Values>;

/** What the user has set for the catalogue; the defaults until, or unless, there are settings. */
export class CatalogueSettings {
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get values(): CatalogueValues {
    return this._values;
  }

  /** Pixels. */
  get rowHeight(): number {
    return this._values.rowDensity === 'compact' ? 24 : 30;
  }

  /** Follows the user's settings from now on. */
  follow(settings: ISettingRegistry.ISettings): void {
    settings.changed.connect(this._read, this);
    this._read(settings);
  }

  private _read(settings: ISettingRegistry.ISettings): void {
    this._values = Values.parse(settings.composite);
    this._changed.emit();
  }

  private _values: CatalogueValues = Values.parse({});
  private readonly _changed = new Signal<this, void>(this);
}
