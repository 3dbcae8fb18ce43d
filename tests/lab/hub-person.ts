import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import type { Person } from '../../lab/iam/client/person.ts';

const PATIENCE_MS = 90_000;

/** Somebody's browser at JupyterHub, without a window. */
export class HubPerson {
  constructor(hubUrl: string) {
    this._url = hubUrl;
  }

  /** Through the identity provider and back; answers where JupyterHub sends them then. */
  async signIn(person: Person): Promise<string> {
    const start = await this._ask('GET', '/hub/oauth_login');
    const page = await person.open(start.headers.get('location') ?? '');
    if (!page.url.startsWith(this._url)) throw new Error(`${page.status}: ${page.text}`);
    const back = await this._ask('GET', page.url.slice(this._url.length));
    return back.headers.get('location') ?? `${back.status}: ${await back.text()}`;
  }

  /** Starts this person's server and waits until it answers. */
  async startServer(name: string): Promise<void> {
    await this._ask('GET', '/hub/home');
    await this._ask('POST', `/hub/api/users/${name}/server`);
    for (const began = Date.now(); Date.now() - began < PATIENCE_MS; await wait(200)) {
      const answer = await this._ask('GET', `/hub/api/users/${name}`);
      const { servers } = (await answer.json()) as { servers: Record<string, { ready: boolean }> };
      if (servers['']?.ready) return;
    }
    throw new Error('the server did not start');
  }

  private async _ask(method: string, url: string): Promise<Response> {
    const answer = await fetch(this._url + url, {
      method,
      redirect: 'manual',
      headers: {
        Cookie: [...this._cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'X-XSRFToken': this._cookies.get('_xsrf') ?? ''
      }
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name && value !== undefined) this._cookies.set(name, value);
    }
    return answer;
  }

  private readonly _url: string;
  private readonly _cookies = new Map<string, string>();
}

/** The token with which a person's server asks JupyterHub, from the server's own environment. */
export function tokenOfServer(hubFolder: string): string {
  const database = new DatabaseSync(path.join(hubFolder, 'hub.sqlite'), { readOnly: true });
  const row = database.prepare(`SELECT state FROM spawners WHERE state LIKE '%"pid"%'`).get();
  database.close();
  const { pid } = JSON.parse(String(row?.['state'])) as { pid: number };
  const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  const entry = environment.find(line => line.startsWith('JUPYTERHUB_API_TOKEN='));
  return entry?.split('=')[1] ?? '';
}
