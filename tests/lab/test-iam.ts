import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { certificatesIn, makeCertificates } from '../../lab/iam/certificates.ts';
import type { IamAddress } from '../../lab/iam/client/ask.ts';
import type { IamControl } from '../../lab/iam/client/control.ts';
import { LabIam } from '../../lab/iam/client/lab-iam.ts';
import type { OAuthClient } from '../../lab/iam/client/oauth-client.ts';
import type { Person } from '../../lab/iam/client/person.ts';
import { planIam } from '../../lab/iam/plan.ts';
import { privateFolder, writePrivate } from '../../lab/private-file.ts';
import { isListening } from '../../lab/ports.ts';

const NODE = path.join(process.cwd(), '.venv/bin/node');
const MAIN = path.join(process.cwd(), 'lab/iam/main.ts');

export const REDIRECT_URI = 'http://127.0.0.1:8888/user/alice/call-back';

/** What a token says, without judging it. */
export function claims(token: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(token!.split('.')[1]!, 'base64url').toString()) as Record<
    string,
    unknown
  >;
}

/** An IAM alone in a folder of its own, without Rucio and storage. */
export class TestIam {
  static async start(port: number): Promise<TestIam> {
    const folder = mkdtempSync(path.join(tmpdir(), 'lab-iam-'));
    await makeCertificates(path.join(folder, 'certificates'));
    const iam = new TestIam(folder, port);
    await iam.start();
    return iam;
  }

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this._port = port;
    const secretsFolder = path.join(folder, 'secrets');
    privateFolder(secretsFolder);
    const certificates = certificatesIn(path.join(folder, 'certificates'));
    const uris = [REDIRECT_URI];
    const settings = planIam({
      port,
      secretsFolder,
      stateFolder: path.join(folder, 'state'),
      certificates,
      redirectUris: { datalake: uris, 'datalake-public': uris, jupyterhub: uris, rucio: uris }
    });
    writePrivate(path.join(folder, 'iam.json'), JSON.stringify(settings));
    this._lab = new LabIam(settings.issuer, certificates.authority, secretsFolder);
  }

  async start(): Promise<void> {
    // It would be taken for ours.
    if (await isListening(this._port)) throw new Error(`something listens on port ${this._port}`);
    this._process = spawn(NODE, [MAIN, path.join(this.folder, 'iam.json')], {
      stdio: ['ignore', 'ignore', 'pipe']
    });
    this._process.stderr?.on('data', chunk => (this.log += String(chunk)));
    while (!(await isListening(this._port))) {
      if (this._process.exitCode !== null) throw new Error(this.log);
      await wait(20);
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (!this._process || this._process.exitCode !== null || this._process.signalCode) return;
    const ended = once(this._process, 'exit');
    this._process.kill(signal);
    await ended;
  }

  async destroy(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** A new browser for this person, signed in nowhere. */
  person(name: string, password?: string): Person {
    return this._lab.person(name, password);
  }

  client(id: string, redirectUri = REDIRECT_URI): OAuthClient {
    return this._lab.client(id, redirectUri);
  }

  get address(): IamAddress {
    return this._lab.address;
  }

  get control(): IamControl {
    return this._lab.control;
  }

  readonly folder: string;
  /** What it said on stderr. */
  log = '';
  private readonly _port: number;
  private readonly _lab: LabIam;
  private _process: ChildProcess | undefined;
}
