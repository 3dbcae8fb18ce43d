import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ILake } from '../lab/lake.ts';
import { LabError } from '../lab/problem.ts';
import { rucioItself } from './bench-lake.ts';

/** By this name Rucio's log tells what the benchmark asks from what a contestant asks. */
const NAME = 'bench-observer';

interface IRuleRow {
  id: string;
  state: string;
}

/** Asks Rucio itself, as alice, without being counted. */
export class RucioObserver {
  static async of(lake: ILake): Promise<RucioObserver> {
    const { url, headers } = await rucioItself(lake);
    return new RucioObserver(lake, url, { ...headers, 'User-Agent': NAME });
  }

  private constructor(lake: ILake, url: string, headers: Record<string, string>) {
    this._lake = lake;
    this._url = url;
    this._headers = headers;
  }

  /** How many requests of others Rucio has answered so far, from its access log. */
  requests(): number {
    const log = path.join(this._lake.folders.log, 'rucio.access.log');
    const lines = readFileSync(log, 'latin1').trimEnd().split('\n');
    return lines.filter(line => !line.includes(NAME)).length;
  }

  /** A rule of one copy on the mounted RSE, as anybody could make it anywhere; answers its id. */
  async addRule(did: string): Promise<string> {
    const [scope, name] = did.split(':');
    const { rse } = this._lake.mount;
    const rule = { dids: [{ scope, name }], copies: 1, rse_expression: rse, account: 'alice' };
    const [id] = JSON.parse(await this._ask('POST', 'rules/', rule)) as string[];
    if (id === undefined) throw new LabError(`Rucio made no rule for ${did}.`);
    return id;
  }

  /** The state of each rule of alice, by its id. */
  async rules(): Promise<Map<string, string>> {
    const rules = await this._list<IRuleRow>('accounts/alice/rules');
    return new Map(rules.map(({ id, state }) => [id, state]));
  }

  /** Files of these datasets that no rule brings to the mounted RSE yet, at most so many. */
  async filesElsewhere(datasets: readonly string[], count: number): Promise<string[]> {
    const found: string[] = [];
    for (const dataset of datasets) {
      const [scope, name] = dataset.split(':');
      for (const file of await this._list<{ name: string }>(`dids/${scope}/${name}/files`)) {
        if (found.length === count) return found;
        const replicas = await this._ask('GET', `replicas/${scope}/${file.name}`);
        if (!replicas.includes(this._lake.mount.rse)) found.push(`${scope}:${file.name}`);
      }
    }
    return found;
  }

  private async _list<T>(route: string): Promise<T[]> {
    const text = await this._ask('GET', route);
    const lines = text.split('\n').filter(Boolean);
    return lines.map(line => JSON.parse(line) as T);
  }

  private async _ask(method: string, route: string, body?: object): Promise<string> {
    const ask = (): Promise<Response> =>
      fetch(`${this._url}${route}`, {
        method,
        headers: { ...this._headers, Accept: 'application/x-json-stream, application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) })
      });
    // Seen once in many thousand: Rucio's server closes the connection while it lives on. A question may be repeated.
    const answer = await ask().catch(error => {
      if (method === 'GET') return ask();
      throw error;
    });
    const text = await answer.text();
    if (!answer.ok) throw new LabError(`${method} ${route}: ${answer.status} ${text}`);
    return text;
  }

  private readonly _lake: ILake;
  private readonly _url: string;
  private readonly _headers: Record<string, string>;
}
