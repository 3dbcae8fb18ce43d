import { execFileSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { ILake } from '../lab/lake.ts';
import { LabError } from '../lab/problem.ts';
import { exchange, secondsSince, type IAsk } from './client.ts';
import { ours, startOurs } from './contestants.ts';
import { probe } from './prober.ts';
import { memoryNow, watchUse, type IUse } from './processes.ts';
import { bigFile, forget, forgetStored, type IUploader } from './uploads-parts.ts';

/** One upload that the Jupyter server makes for a browser. */
export interface IServed {
  seconds: number;
  /** Of the Node server: at most during it, and how much more that is than before; its Python beside it. */
  nodeMegabytes: number;
  growthMegabytes: number;
  pythonMegabytes: number;
  /** Of GET /api/status while it lasted, in milliseconds. */
  probes: number[];
}

interface IJob {
  id: string;
  state: string;
}

/** One big file, as the dialog sends it: what it costs the server, and those who use it meanwhile. */
export async function served(
  lake: ILake,
  { env }: IUploader,
  rse: string,
  protocol: 'root' | 'davs',
  megabytes: number
): Promise<IServed> {
  const server = await startOurs(lake, { variables: variablesOf(env) });
  const ask = async <T>(request: IAsk): Promise<T> => {
    const { status, text } = await exchange(server, request);
    if (status !== 200) throw new LabError(`${request.path}: ${status} ${text}`);
    return JSON.parse(text) as T;
  };
  const name = `served${Date.now()}-${protocol}`;
  const file = bigFile(name, megabytes, server.notebooks);
  try {
    execFileSync('sync');
    const before = nodeOf(memoryNow(server.pid));
    const used = watchUse(server.pid);
    let pythonMegabytes = 0;
    const plan = { sources: [name], scope: 'user.alice', prefix: `${name}/`, rseExpression: rse };
    const probes = probe(server);
    const began = performance.now();
    const body = { ...plan, protocol };
    const start = { method: 'POST', path: ours('/uploads/start'), body } as const;
    let { job } = await ask<{ job: IJob }>(start);
    while (!['done', 'partly', 'failed', 'cancelled'].includes(job.state)) {
      await wait(200);
      const python = memoryNow(server.pid).filter(({ process }) => /^python/.test(process));
      const sum = python.reduce((total, { megabytes: each }) => total + each, 0);
      pythonMegabytes = Math.max(pythonMegabytes, sum);
      const { jobs } = await ask<{ jobs: IJob[] }>({ path: ours('/uploads') });
      job = jobs.find(({ id }) => id === job.id) ?? job;
    }
    const seconds = secondsSince(began);
    const taken = await probes();
    if (job.state !== 'done') {
      const { lines } = await ask<{ lines: unknown[] }>({
        path: ours('/uploads/log', { job: job.id })
      });
      throw new LabError(`The upload by ${protocol} is ${job.state}: ${JSON.stringify(lines)}`);
    }
    const most = nodeOf(used());
    return {
      seconds,
      nodeMegabytes: most,
      growthMegabytes: most - before,
      pythonMegabytes,
      probes: taken
    };
  } finally {
    await server.stop();
    forget(file);
    forgetStored(lake, rse, name);
  }
}

/** GET /api/status of a server that does nothing while something else is at work on this machine, in milliseconds. */
export async function probedBeside(
  lake: ILake,
  { env }: IUploader,
  work: () => Promise<unknown>
): Promise<number[]> {
  const server = await startOurs(lake, { variables: variablesOf(env) });
  try {
    const probes = probe(server);
    await work();
    return await probes();
  } finally {
    await server.stop();
  }
}

/** What a server needs to know of stores. */
const variablesOf = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    ['PATH', 'BEARER_TOKEN_FILE', 'NODE_EXTRA_CA_CERTS', 'X509_CERT_DIR', 'SSL_CERT_FILE'].map(
      name => [name, env[name] ?? '']
    )
  );

function nodeOf(uses: readonly IUse[]): number {
  const node = uses.find(({ process }) => process.includes('server.mjs'));
  if (node === undefined) throw new LabError('The Node server does not run.');
  return node.megabytes;
}
