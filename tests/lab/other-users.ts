import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { runAsNobody } from './test-lake.ts';

/** Local addresses of everything that listens on these ports, by the kernel's own tables. */
export function listeningAddresses(first: number, count: number): string[] {
  const LISTEN = '0A';
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(table =>
    readFileSync(table, 'utf8')
      .split('\n')
      .slice(1)
      .map(line => line.trim().split(/\s+/))
      .filter(fields => fields[3] === LISTEN)
      .map(fields => fields[1]!)
      .filter(address => {
        const port = parseInt(address.split(':')[1]!, 16);
        return port >= first && port < first + count;
      })
      .map(address => address.split(':')[0]!)
  );
}

/** 127.0.0.1 as /proc/net/tcp writes it. */
export const LOOPBACK = '0100007F';

/** What somebody without the secret hears from the copy service when ordering a copy. */
export async function orderAsNobody(port: number): Promise<string> {
  const body = JSON.stringify({
    files: [
      { sources: ['file://localhost/etc/hostname'], destinations: ['file://localhost/tmp/x'] }
    ]
  });
  const request = `POST /jobs HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\nContent-Length: ${body.length}\\r\\n\\r\\n`;
  const script = `exec 3<>/dev/tcp/127.0.0.1/$1; printf "$2" >&3; printf '%s' "$3" >&3; head -n 1 <&3`;
  const { stdout } = await runAsNobody(['bash', '-c', script, '-', String(port), request, body]);
  return stdout.trim();
}

/**
 * What PostgreSQL wants from somebody who says to be its administrator: the code of its authentication
 * request. 0 would let them in, 10 is SASL, of which PostgreSQL has SCRAM only.
 */
export function authenticationAskedBy(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const parameters = Buffer.from('\0\x03\0\0user\0postgres\0database\0postgres\0\0', 'latin1');
    const length = Buffer.alloc(4);
    length.writeInt32BE(parameters.length + 4);
    socket.on('error', reject);
    socket.on('connect', () => socket.write(Buffer.concat([length, parameters])));
    socket.on('data', answer => {
      socket.destroy();
      if (answer.toString('latin1', 0, 1) !== 'R') reject(new Error(answer.toString('latin1')));
      else resolve(answer.readInt32BE(5));
    });
  });
}
