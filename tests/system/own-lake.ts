import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { NO_LOG } from '../../src/common/core/log.js';
import { Config } from '../../src/server/config.js';
import { makeLake, type ILake } from '../../src/server/lake.js';

const ROOT = resolve(import.meta.dirname, '../..');
const Description = z.object({ mount: z.object({ rse: z.string(), path: z.string() }) });

/** Where remove-own-lake.ts finds it: beside the shared lake, whose seed it uses, and where PostgreSQL's own user may go. */
const FOLDER = join(ROOT, '.lab/own');
const PORT_BASE = 26500;

/**
 * An embedded lake whose data and policy tests may change, each other DIDs. The first suite of a run
 * starts it, in about 20 s; the others go on with it.
 */
export class OwnLake {
  static start(policy: 'generic' | 'permissive'): OwnLake {
    return new OwnLake(FOLDER, PORT_BASE, policy);
  }

  private constructor(
    private readonly _folder: string,
    private readonly _portBase: number,
    policy: 'generic' | 'permissive'
  ) {
    this._lab('up', '--policy', policy);
    this.slow(0);
    this.mount = Description.parse(
      JSON.parse(readFileSync(join(_folder, 'lake.json'), 'utf8'))
    ).mount;
  }

  readonly mount: { rse: string; path: string };

  /** Goes on with the same data. */
  setPolicy(policy: 'generic' | 'permissive'): void {
    this._lab('up', '--policy', policy);
  }

  /** One copy at a time, so many seconds each; 0: as fast as it goes. */
  slow(seconds: number): void {
    this._lab('slow', String(seconds));
  }

  /** As our own server sees it, signed in as one of its accounts; by way of what stands before Rucio, if anything. */
  as(account: string, rucioUrl = ''): ILake {
    const config = Config.parse({
      instances: [
        {
          name: 'own',
          rucioCfg: join(this._folder, 'accounts', account, 'etc/rucio.cfg'),
          account,
          rucioUrl,
          authUrl: rucioUrl,
          mounts: [this.mount]
        }
      ],
      stateDir: '/nonexistent',
      kernelDir: '/nonexistent'
    });
    return makeLake(config, NO_LOG);
  }

  /** How many requests Rucio's REST server has answered. */
  get requests(): number {
    return readFileSync(join(this._folder, 'log/rucio.access.log'), 'utf8').split('\n').length - 1;
  }

  /** Fills scope `big` with so many DIDs; its container `container_50k` has a twentieth of them. */
  fill(dids: number): void {
    this._lab('million', String(dids));
  }

  private _lab(command: string, ...words: string[]): void {
    const place = ['--dir', this._folder, '--port-base', String(this._portBase)];
    execFileSync('node', ['lab/main.ts', command, ...words, ...place], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit']
    });
  }
}
