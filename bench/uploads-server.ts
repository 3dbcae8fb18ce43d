import { execFileSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { ILake } from '../lab/lake.ts';
import { LabError } from '../lab/problem.ts';
import { exchange, secondsSince, type IAsk } from './client.ts';
import { ours, startOurs } from './contestants.ts';
import { memoryNow, watchUse, type IUse } from './processes.ts';
import { bigFile, forget, forgetStored, type IUploader } from './uploads-parts.ts';

const PROBE_EVERY_MS = 20;

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
  const variables = Object.fromEntries(
    ['PATH', 'BEARER_TOKEN_FILE', 'NODE_EXTRA_CA_CERTS', 'X509_CERT_DIR', 'SSL_CERT_FILE'].map(
      name => [name, env[name] ?? '']
    )
  );
  const server = await startOurs(lake, { variables });
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
    const probes: Promise<number>[] = [];
    const timer = setInterval(
      () =>
        probes.push(exchange(server, { path: 'api/status' }).then(({ seconds }) => seconds * 1000)),
      PROBE_EVERY_MS
    );
    const began = performance.now();
    let job: IJob;
    try {
      const body = { ...plan, protocol };
      const start = { method: 'POST', path: ours('/uploads/start'), body } as const;
      job = (await ask<{ job: IJob }>(start)).job;
      while (!['done', 'partly', 'failed', 'cancelled'].includes(job.state)) {
        await wait(200);
        const python = memoryNow(server.pid).filter(({ process }) => /^python/.test(process));
        const sum = python.reduce((total, { megabytes: each }) => total + each, 0);
        pythonMegabytes = Math.max(pythonMegabytes, sum);
        const { jobs } = await ask<{ jobs: IJob[] }>({ path: ours('/uploads') });
        job = jobs.find(({ id }) => id === job.id) ?? job;
      }
    } finally {
      clearInterval(timer);
    }
    const seconds = secondsSince(began);
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
      probes: await Promise.all(probes)
    };
  } finally {
    await server.stop();
    forget(file);
    forgetStored(lake, rse, name);
  }
}

function nodeOf(uses: readonly IUse[]): number {
  const node = uses.find(({ process }) => process.includes('server.mjs'));
  if (node === undefined) throw new LabError('The Node server does not run.');
  return node.megabytes;
}
