import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aliceAt, clientOf, PASSWORD, startRucio } from '../../../testing/rucio-server.js';
import { RucioReplicaSummaries } from '../replica-summaries.js';

const folder = mkdtempSync(join(tmpdir(), 'datalake-shares-'));
const passwordFile = join(folder, 'password');
writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
afterAll(() => rmSync(folder, { recursive: true }));

const lines = (...rows: object[]) => rows.map(row => `${JSON.stringify(row)}\n`).join('');
const replica = (name: string, available: number) => ({
  ...{ scope: 's', name, rse: 'SITE', bytes: 40, length: 4 },
  ...{ available_bytes: 10 * available, available_length: available }
});

it('counts the files of a dataset whose tally has not been filled in yet', async () => {
  const server = await startRucio();
  const dataset = (name: string) => ({ scope: 's', name, type: 'DATASET' });
  server.reply('/dids/s/all', 200, JSON.stringify({ type: 'CONTAINER', length: 8, bytes: 80 }));
  server.reply('/dids/s/all/dids', 200, lines(dataset('tallied'), dataset('new')));
  server.reply('/replicas/datasets_bulk', 200, lines(replica('tallied', 4), replica('new', 0)));
  server.reply('/replicas/s/new/datasets', 200, lines(replica('new', 3)));
  const { http } = clientOf(aliceAt(server.url, passwordFile));
  const signal = new AbortController().signal;
  try {
    const shares = await new RucioReplicaSummaries(http).shares(
      { scope: 's', name: 'all' },
      signal
    );
    expect(shares).toMatchObject([
      { rse: 'SITE', files: 8, availableFiles: 7, bytes: 80, availableBytes: 70 }
    ]);
  } finally {
    await server.close();
  }
});
