import { DataLakeError } from '../../common/contract/problem.js';
import type { IPutOptions } from '../../upload/core/ports.js';
import { Few } from './few.js';
import { PythonDriver, type DriverOrder, type IDriverProgram } from './python-driver.js';

/** Each is a process that does one thing after the other; XRootD computes no more checksums than that at once. */
const AT_ONCE = 2;

/** Processes of a client that cannot be told to stop: they are ended when what they do is not wanted any more. */
export class ClientPool<To extends object> {
  constructor(private readonly _program: () => Promise<IDriverProgram>) {}

  async ask<T>(
    order: DriverOrder<To>,
    options: Pick<IPutOptions, 'pace' | 'onProgress'> | null,
    signal: AbortSignal
  ): Promise<T> {
    try {
      return await this._few.use(async () => {
        const driver = await this._idle();
        const end = () => driver.end();
        signal.addEventListener('abort', end, { once: true });
        try {
          return await driver.ask<T>(order, options, signal);
        } finally {
          signal.removeEventListener('abort', end);
        }
      }, signal);
    } catch (error) {
      throw signal.aborted
        ? new DataLakeError('cancelled', 'Cancelled.', { cause: signal.reason })
        : error;
    }
  }

  dispose(): void {
    [...this._drivers].forEach(driver => driver.end());
  }

  private async _idle(): Promise<PythonDriver> {
    const program = await this._program();
    const idle = [...this._drivers].find(({ busy }) => busy === 0);
    if (idle !== undefined) {
      return idle;
    }
    const driver = new PythonDriver(program, () => this._drivers.delete(driver));
    this._drivers.add(driver);
    return driver;
  }

  private readonly _drivers = new Set<PythonDriver>();
  private readonly _few = new Few(AT_ONCE);
}
