import { setTimeout as wait } from 'node:timers/promises';

/** How long a rule may take: a few small files, on a busy machine, with copies that Rucio orders again. */
const PATIENCE_MS = 240_000;

/** A rule as Rucio reports it. */
export interface IRule {
  id: string;
  state: string;
  error: string | null;
  locks_ok_cnt: number;
  locks_replicating_cnt: number;
  locks_stuck_cnt: number;
}

/** Somebody who is signed in to Rucio; only what the tests ask for. */
export class RucioAccount {
  /** `lastWords` answers what a person would look at when a rule never gets anywhere. */
  static async signIn(
    url: string,
    name: string,
    password: string,
    lastWords: () => Promise<string>
  ): Promise<RucioAccount> {
    const answer = await fetch(`${url}/auth/userpass`, {
      headers: { 'X-Rucio-Account': name, 'X-Rucio-Username': name, 'X-Rucio-Password': password }
    });
    const token = answer.headers.get('X-Rucio-Auth-Token');
    if (!token) throw new Error(`${name} could not sign in: ${answer.status}`);
    return new RucioAccount(url, name, token, lastWords);
  }

  private constructor(url: string, name: string, token: string, lastWords: () => Promise<string>) {
    this._lastWords = lastWords;
    this._url = url;
    this._name = name;
    this._token = token;
  }

  /** The answer's status and its text. */
  async ask(
    method: string,
    path: string,
    body?: unknown
  ): Promise<{ status: number; text: string }> {
    const answer = await fetch(this._url + path, {
      method,
      headers: {
        'X-Rucio-Auth-Token': this._token,
        Accept: 'application/x-json-stream, application/json'
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    });
    return { status: answer.status, text: await answer.text() };
  }

  /** One value for each line of the answer, as Rucio streams lists. */
  async list<T>(path: string): Promise<T[]> {
    const { status, text } = await this.ask('GET', path);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    return text
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line) as T);
  }

  /** Asks for a rule; answers its id or throws Rucio's words. */
  async addRule(did: string, rseExpression: string): Promise<string> {
    const [scope, name] = did.split(':');
    const { status, text } = await this.ask('POST', '/rules/', {
      dids: [{ scope, name }],
      copies: 1,
      rse_expression: rseExpression,
      account: this._name
    });
    if (status !== 201) throw new Error(text);
    return (JSON.parse(text) as string[])[0]!;
  }

  async rule(id: string): Promise<IRule> {
    return JSON.parse((await this.ask('GET', `/rules/${id}`)).text) as IRule;
  }

  /** Looks at the rule until it is in one of the states; answers everything that was seen on the way. */
  async watchRule(id: string, ...states: string[]): Promise<IRule[]> {
    const seen: IRule[] = [];
    for (const began = Date.now(); Date.now() - began < PATIENCE_MS; await wait(100)) {
      const rule = await this.rule(id);
      seen.push(rule);
      if (states.includes(rule.state)) return seen;
    }
    throw new Error(
      `The rule is in none of the states ${states.join(', ')} after ${PATIENCE_MS / 1000} s: ` +
        `${JSON.stringify(seen.at(-1))}\n${await this._lastWords()}`
    );
  }

  private readonly _lastWords: () => Promise<string>;
  private readonly _url: string;
  private readonly _name: string;
  private readonly _token: string;
}
