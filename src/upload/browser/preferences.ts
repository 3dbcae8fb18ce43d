import type { ISettingRegistry } from '@jupyterlab/settingregistry';

/** The user's own settings (schema/upload.json); the defaults where there are none. */
export class Preferences {
  /** Whether to be told when an upload has ended. */
  get notify(): boolean {
    return this._notify;
  }

  /** Follows the settings from now on. */
  follow(settings: ISettingRegistry.ISettings): void {
    const read = () => {
      this._notify = settings.get('notify').composite !== false;
    };
    settings.changed.connect(read, this);
    read();
  }

  private _notify = true;
}
