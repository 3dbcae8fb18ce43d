import { DataLakeError } from '../contract/problem.js';

/** One service for each configured instance of Rucio, by its name; without a name: the first. */
export class Instances<T> {
  constructor(private readonly _byName: ReadonlyMap<string, T>) {}

  /** Throws `not-configured` when there is none, `not-found` for a name that no instance has. */
  get(name?: string): T {
    const [first] = this._byName.values();
    if (first === undefined) {
      throw new DataLakeError(
        'not-configured',
        'No Rucio instance is configured: set c.DataLake.rucio_cfg or c.DataLake.rucio_url, or put a rucio.cfg where Rucio looks for it.'
      );
    }
    const found = name === undefined ? first : this._byName.get(name);
    if (found === undefined) {
      throw new DataLakeError(
        'not-found',
        `There is no instance named ${name} in this server's configuration.`
      );
    }
    return found;
  }

  get names(): string[] {
    return [...this._byName.keys()];
  }

  map<U>(make: (service: T, name: string) => U): Instances<U> {
    return new Instances(
      new Map([...this._byName].map(([name, service]) => [name, make(service, name)]))
    );
  }

  [Symbol.iterator](): IterableIterator<[string, T]> {
    return this._byName.entries();
  }
}
