import { createAdaptorServer } from '@hono/node-server';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { makeApp } from '../server/app.js';
import { Config } from '../server/config.js';
import { jsonLog } from '../server/json-log.js';
import { makeLake, type ILake } from '../server/lake.js';
import { makeSlices } from '../server/slices.js';
import { makeTokens } from '../server/tokens.js';
import { InlineMover } from '../adapters/store/inline-mover.js';
import { makeUploads } from '../server/uploads.js';
import { HastyClock } from './rucio-server.js';

export const SECRET = 'the-secret-of-the-bridge-0123456789';

export interface ITestApp {
  app: Hono;
  lake: ILake;
  /** All that the server has logged, as text. */
  logged(): string;
}

const folders: string[] = [];
afterAll(() => folders.forEach(folder => rmSync(folder, { recursive: true })));

/** A folder that is gone after the tests of this file. */
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'datalake-app-'));
  folders.push(folder);
  return folder;
}

/** The server's app as main.ts makes it, from the configuration of its instances. */
export function testApp(instances: object[], rest: object = {}): ITestApp {
  let logged = '';
  const out = { write: (text: string) => (logged += text) } as unknown as NodeJS.WritableStream;
  const config = Config.parse({
    instances,
    // The list of uploads is opened when it is made.
    stateDir: makeFolder(),
    kernelDir: '/nonexistent',
    logLevel: 'debug',
    ...rest
  });
  const lake = makeLake(config, jsonLog(out, 'debug'), new HastyClock());
  const { hub, windows, log } = lake;
  const app = makeApp({
    secret: SECRET,
    log,
    hub,
    windows,
    slices: makeSlices(
      lake,
      makeTokens(lake, null, () => {}),
      makeUploads(lake, { givesWay: true, mover: new InlineMover() })
    )
  });
  return { app, lake, logged: () => logged };
}

/** A request with the bridge's secret. */
export function request(path: string, init: RequestInit = {}): Request {
  return new Request(`http://lake${path}`, {
    ...init,
    headers: { 'x-datalake-secret': SECRET, ...init.headers }
  });
}

/** The same app behind a real HTTP server on 127.0.0.1. */
export async function serve(app: Hono): Promise<{ url: string; close(): Promise<void> }> {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      })
  };
}
