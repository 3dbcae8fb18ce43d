// Speaks the bridge's side of the data lake server's protocol, and tells the tests what it saw.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

const say = line => process.stdout.write(`${JSON.stringify(line)}\n`);
const seen = { windows: {}, deleted: [], aborted: 0, subscriptions: 0, closed: 0, users: {} };
const subscribers = new Set();
let folder = '';

const publish = message => {
  for (const subscriber of subscribers) {
    subscriber.write(`${JSON.stringify(message)}\n`);
  }
};

const text = async request => {
  const chunks = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

const answer = (response, body, status = 200, headers = {}) => {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};

async function big(response, megabytes) {
  const chunk = Buffer.alloc(1 << 20, 7);
  response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
  for (let sent = 0; sent < megabytes; sent += 1) {
    if (!response.write(chunk)) {
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
  }
  response.end();
}

async function upload(request, response) {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of request) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  answer(response, { bytes, sha256: hash.digest('hex') });
}

const routes = {
  '/api/echo': (request, response) =>
    answer(response, { method: request.method, url: request.url, headers: request.headers }, 200, {
      'Set-Cookie': 'a=b',
      'Access-Control-Allow-Origin': '*'
    }),
  '/api/self': (_, response) =>
    answer(response, {
      pid: process.pid,
      argv: process.argv,
      env: process.env,
      umask: process.umask(),
      hello: routes.hello
    }),
  '/api/seen': (_, response) => answer(response, seen),
  '/api/upload': upload,
  '/api/early': (_, response) => answer(response, { code: 'conflict', message: 'No.' }, 409),
  '/api/big': (_, response, url) => big(response, Number(url.searchParams.get('mb'))),
  '/api/slow': (request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    response.write('{"item":1}\n');
    response.on('close', () => (seen.aborted += 1));
  },
  '/api/cut': (_, response) => {
    response.writeHead(200, { 'Content-Length': '100' });
    response.write('half');
    setImmediate(() => response.destroy());
  },
  '/api/die': () => process.exit(3),
  '/api/block': (_, response) => {
    answer(response, {});
    response.on('close', () => {
      for (;;) {
        // The event loop never turns again.
      }
    });
  },
  '/api/publish': async (request, response) => {
    for (const message of JSON.parse(await text(request))) {
      publish(message);
    }
    answer(response, {});
  },
  '/api/say': async (request, response) => {
    process.stdout.write(await text(request));
    answer(response, {});
  },
  '/events': (request, response) => {
    seen.subscriptions += 1;
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    response.write('{"heartbeat":true}\n');
    subscribers.add(response);
    response.on('close', () => {
      seen.closed += 1;
      subscribers.delete(response);
    });
  }
};

async function windows(request, response, id) {
  if (request.method === 'DELETE') {
    delete seen.windows[id];
    seen.deleted.push(id);
  } else {
    seen.windows[id] = JSON.parse(await text(request)).watch;
    seen.users[id] = request.headers['x-datalake-user'];
  }
  response.writeHead(204).end();
}

createInterface({ input: process.stdin }).once('line', line => {
  const hello = JSON.parse(line);
  routes.hello = { ...hello, secret: hello.secret.length };
  folder = dirname(hello.socket);
  createServer((request, response) => {
    const url = new URL(request.url, 'http://datalake');
    if (request.headers['x-datalake-secret'] !== hello.secret) {
      answer(response, { code: 'forbidden', message: 'No secret.' }, 403);
    } else if (url.pathname.startsWith('/windows/')) {
      void windows(request, response, url.pathname.slice('/windows/'.length));
    } else if (url.pathname in routes) {
      void routes[url.pathname](request, response, url);
    } else {
      answer(response, { code: 'not-found', message: 'There is no such route.' }, 404);
    }
  }).listen(hello.socket, () => say({ ready: true, pid: process.pid }));
});
process.stdin.on('end', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
