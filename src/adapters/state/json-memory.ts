import { readFile } from 'node:fs/promises';
import { replaceFile } from './private-files.js';

/** A JSON text in a file of this user; what cannot be read or written is as if it were not there. */
export class JsonMemory {
  constructor(private readonly _path: string) {}

  async read(): Promise<unknown> {
    try {
      return JSON.parse(await readFile(this._path, 'utf8')) as unknown;
    } catch {
      return null;
    }
  }

  async write(value: object): Promise<void> {
    await replaceFile(this._path, file => file.writeFile(JSON.stringify(value))).catch(() => {});
  }
}
