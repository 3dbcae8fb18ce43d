import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal, type ISignal } from '@lumino/signaling';

/** The user's own settings (schema/availability.json); the defaults where there are none. */
export class Preferences {
  /** Days that are wished for; null: what the site sets. The site's bounds come first. */
  get lifetimeDays(): number | null {
    return this._lifetimeDays;
  }

  /** Whether to be told when something that was asked for has arrived or got stuck. */
  get notify(): boolean {
    return this._notify;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Follows the settings from now on. */
  follow(settings: ISettingRegistry.ISettings): void {
    const read = () => {
      const days = settings.get('lifetimeDays').composite;
      this._lifetimeDays = typeof days === 'number' && days >= 1 ? days : null;
      this._notify = settings.get('notify').composite !== false;
      this._changed.emit();
    };
    settings.changed.connect(read, this);
    read();
  }

  private _lifetimeDays: number | null = null;
  private _notify = true;
  private readonly _changed = new Signal<this, void>(this);
}
