import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** How fast copies go: `delaySeconds` before each one, `parallel` of them at once. */
export interface IPace {
  delaySeconds: number;
  parallel: number;
}

/** As fast as the machine can. */
export const FULL_SPEED: IPace = { delaySeconds: 0, parallel: 16 };

/** Lets copies through at the pace that stands in a file, which is read again before each copy. */
export class Pace {
  constructor(file: string) {
    this._file = file;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    await this._enter();
    try {
      const { delaySeconds } = await this._read();
      if (delaySeconds > 0) await wait(delaySeconds * 1000);
      return await task();
    } finally {
      this._running--;
      void this._admit();
    }
  }

  private _enter(): Promise<void> {
    return new Promise(resolve => {
      this._waiting.push(resolve);
      void this._admit();
    });
  }

  private async _admit(): Promise<void> {
    const { parallel } = await this._read();
    while (this._running < parallel) {
      const next = this._waiting.shift();
      if (!next) return;
      this._running++;
      next();
    }
  }

  /** A missing or damaged file means full speed: it is a knob, not a part of the lake. */
  private async _read(): Promise<IPace> {
    try {
      const read = JSON.parse(await readFile(this._file, 'utf8')) as Partial<IPace>;
      return {
        delaySeconds: Math.max(0, Number(read.delaySeconds ?? FULL_SPEED.delaySeconds)),
        parallel: Math.max(1, Number(read.parallel ?? FULL_SPEED.parallel))
      };
    } catch {
      return FULL_SPEED;
    }
  }

  private readonly _file: string;
  private readonly _waiting: (() => void)[] = [];
  private _running = 0;
}
