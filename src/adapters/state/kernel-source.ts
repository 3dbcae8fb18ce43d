import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IKernelSource } from '../../cart/core/ports.js';
import { DataLakeError } from '../../common/contract/problem.js';

// In the order in which they import one another.
const MODULES = ['state', 'sentences', 'values', 'registry', 'pending', 'inject'];

type Source = Awaited<ReturnType<IKernelSource['read']>>;

/** The Python modules for kernels, from the folder where the package has them. Read once. */
export class PythonKernelSource implements IKernelSource {
  constructor(private readonly _folder: string) {}

  read(): Promise<Source> {
    this._source ??= this._read().catch((cause: unknown) => {
      this._source = null;
      throw new DataLakeError(
        'internal',
        'The modules for Python kernels cannot be read: is jupyterlab-datalake installed whole?',
        { cause }
      );
    });
    return this._source;
  }

  private async _read(): Promise<Source> {
    const text = (name: string) => readFile(join(this._folder, `${name}.py`), 'utf8');
    const modules = await Promise.all(MODULES.map(async name => [name, await text(name)] as const));
    const start = await text('start');
    const digest = createHash('sha256')
      .update(JSON.stringify([start, modules]))
      .digest('hex');
    return { digest, start, modules };
  }

  private _source: Promise<Source> | null = null;
}
