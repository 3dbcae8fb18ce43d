/** The copy service as a process: `node copy-service/main.ts SETTINGS.json`; SIGTERM ends it. */
import { readFileSync } from 'node:fs';
import { FileCopier } from './file-copier.ts';
import { ftsServer } from './http.ts';
import { Jobs } from './jobs.ts';
import { Pace } from './pace.ts';

interface ISettings {
  port: number;
  secretFile: string;
  paceFile: string;
  /** Real paths; copies go between these and nowhere else. */
  folders: string[];
}

const settings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as ISettings;
const secret = readFileSync(settings.secretFile, 'utf8').trim();
const log = (line: string): void =>
  void process.stdout.write(`${new Date().toISOString()} ${line}\n`);
const jobs = new Jobs(new FileCopier(settings.folders), new Pace(settings.paceFile), log);
const server = ftsServer(jobs, secret);
server.listen(settings.port, '127.0.0.1', () => log(`listening on 127.0.0.1:${settings.port}`));
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  process.exit(0);
});
