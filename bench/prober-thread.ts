import { parentPort, workerData } from 'node:worker_threads';
import { exchange } from './client.ts';
import type { IServerUnderTest } from './server-under-test.ts';

const server = workerData as IServerUnderTest;
const EVERY_MS = 20;
const probes: Promise<number>[] = [];

const timer = setInterval(
  () => probes.push(exchange(server, { path: 'api/status' }).then(({ seconds }) => seconds * 1000)),
  EVERY_MS
);
parentPort?.once('message', () => {
  clearInterval(timer);
  void Promise.all(probes).then(all => parentPort?.postMessage(all));
});
