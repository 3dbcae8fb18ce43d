import { execFile } from 'node:child_process';

const ASKED_AGAIN_MS = 60_000;
const DEADLINE_MS = 20_000;

/** The first of some Pythons that has a module. What was found stays; what was not is looked for again later. */
export class FittingPython {
  constructor(
    private readonly _candidates: () => Promise<readonly string[]>,
    private readonly _module: string,
    private readonly _env: Readonly<Record<string, string>>
  ) {}

  /** null: none has it. */
  find(): Promise<string | null> {
    const now = performance.now();
    if (this._known === null || now - this._knownAt > ASKED_AGAIN_MS) {
      this._knownAt = now;
      this._known = this._look();
    }
    return this._known;
  }

  private async _look(): Promise<string | null> {
    for (const python of await this._candidates()) {
      if (await this._has(python)) {
        this._knownAt = Infinity;
        return python;
      }
    }
    return null;
  }

  private _has(python: string): Promise<boolean> {
    const options = { env: this._env, timeout: DEADLINE_MS };
    return new Promise(resolve => {
      execFile(python, ['-I', '-c', `import ${this._module}`], options, error =>
        resolve(error === null)
      );
    });
  }

  private _known: Promise<string | null> | null = null;
  private _knownAt = -Infinity;
}
