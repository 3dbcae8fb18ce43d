/** The copy service as a process: `node copy-service/main.ts SETTINGS.json`; SIGTERM ends it. */
import { readFileSync } from 'node:fs';
import { CopierByScheme } from './by-scheme.ts';
import { FileCopier } from './file-copier.ts';
import { ftsServer } from './http.ts';
import { Jobs } from './jobs.ts';
import { Pace } from './pace.ts';
import { XrootdCopier, type IXrootdCredentials } from './xrootd-copier.ts';

interface ISettings {
  port: number;
  secretFile: string;
  paceFile: string;
  /** Real paths; copies of files go between these and nowhere else. */
  folders: string[];
  /** Where there is XRootD: copies go between URLs with these beginnings, with this shared secret. */
  xrootd?: IXrootdCredentials & { prefixes: string[] };
}

const settings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as ISettings;
const secret = readFileSync(settings.secretFile, 'utf8').trim();
const log = (line: string): void =>
  void process.stdout.write(`${new Date().toISOString()} ${line}\n`);
const copier = new CopierByScheme({
  file: new FileCopier(settings.folders),
  ...(settings.xrootd ? { root: new XrootdCopier(settings.xrootd.prefixes, settings.xrootd) } : {})
});
const jobs = new Jobs(copier, new Pace(settings.paceFile), log);
const server = ftsServer(jobs, secret);
server.listen(settings.port, '127.0.0.1', () => log(`listening on 127.0.0.1:${settings.port}`));
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  process.exit(0);
});
