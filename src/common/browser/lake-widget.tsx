import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { QueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { LakeRoot } from './lake-root.js';

/** The part of `ILake` that every widget needs. */
export interface ILakeParts {
  readonly queries: QueryClient;
  readonly trans: TranslationBundle;
}

/**
 * The seam between Lumino and React. Renders nothing, and so asks the server nothing, until it is
 * seen for the first time: JupyterLab restores tabs and panels that nobody looks at.
 */
export abstract class LakeWidget extends ReactWidget {
  constructor(private readonly _parts: ILakeParts) {
    super();
  }

  protected abstract view(): ReactElement;

  protected override onAfterShow(): void {
    this.update();
  }

  protected override render(): ReactElement | null {
    this._seen ||= this.isVisible;
    return this._seen ? <LakeRoot lake={this._parts}>{this.view()}</LakeRoot> : null;
  }

  private _seen = false;
}
