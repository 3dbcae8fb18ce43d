import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { IJobRequest, Jobs } from './jobs.ts';

const LARGEST_ORDER = 16 * 1024 * 1024;

/**
 * The part of the FTS3 REST interface that Rucio's conveyor calls. Every request needs the user name `rucio`
 * and the secret (HTTP Basic): Rucio's HTTP client takes both from a netrc file that only it can read.
 */
export function ftsServer(jobs: Jobs, secret: string): Server {
  return createServer((request, response) => {
    if (!isAllowed(request.headers.authorization, secret)) {
      response.setHeader('WWW-Authenticate', 'Basic realm="copy service"');
      return send(response, 401, {
        status: '401 Unauthorized',
        message: 'Only Rucio orders copies.'
      });
    }
    answer(request, jobs).then(
      ({ status, body }) => send(response, status, body),
      (error: unknown) => send(response, 400, { status: '400 Bad Request', message: String(error) })
    );
  });
}

async function answer(
  request: IncomingMessage,
  jobs: Jobs
): Promise<{ status: number; body: unknown }> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [first, second, third] = url.pathname.split('/').filter(Boolean);
  const missing = { status: 404, body: { status: '404 Not Found', message: url.pathname } };
  if (first === undefined) {
    return {
      status: 200,
      body: { api: { major: 3, minor: 13, patch: 0 }, what: 'lab copy service' }
    };
  }
  if (first !== 'jobs') return missing;
  if (second === undefined) {
    if (request.method !== 'POST' && request.method !== 'PUT') return missing;
    const order = JSON.parse(await bodyOf(request)) as IJobRequest;
    return { status: 200, body: { job_id: jobs.submit(order) } };
  }
  if (request.method === 'GET' && third === undefined) {
    const found = second.split(',').map(id => {
      const job = jobs.get(id);
      return job
        ? { ...job, http_status: '200 Ok' }
        : { job_id: id, http_status: '404 Not Found', http_message: `No job with the id "${id}"` };
    });
    const complete = found.every(job => job.http_status === '200 Ok');
    if (found.length === 1 && !url.searchParams.has('files')) {
      return { status: complete ? 200 : 404, body: found[0] };
    }
    return { status: complete ? 200 : 207, body: found };
  }
  const job = jobs.get(second);
  if (!job) return missing;
  if (request.method === 'GET' && third === 'files') return { status: 200, body: job.files };
  if (request.method === 'DELETE') {
    jobs.cancel(job);
    return { status: 200, body: { ...job, http_status: '200 Ok' } };
  }
  if (request.method === 'POST') {
    const change = JSON.parse(await bodyOf(request)) as IJobRequest;
    job.priority = change.params?.priority ?? job.priority;
    return { status: 200, body: { ...job, http_status: '200 Ok' } };
  }
  return missing;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > LARGEST_ORDER) throw new Error('The order is too large.');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isAllowed(header: string | undefined, secret: string): boolean {
  const wanted = `Basic ${Buffer.from(`rucio:${secret}`).toString('base64')}`;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(header ?? ''), digest(wanted));
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text)
  });
  response.end(text);
}
