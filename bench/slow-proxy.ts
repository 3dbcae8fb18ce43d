import { connect, createServer, type Socket } from 'node:net';

/** Stands before a server; what the server says arrives so much later, what it is asked at once. */
export interface ISlowProxy {
  port: number;
  /** From the next bytes on. */
  delaySeconds: number;
  close(): void;
}

/** Starts one on a free port of the loopback. */
export function slowProxy(target: number): Promise<ISlowProxy> {
  const sockets = new Set<Socket>();
  const proxy: ISlowProxy = {
    port: 0,
    delaySeconds: 0,
    close: () => {
      server.close();
      sockets.forEach(socket => socket.destroy());
    }
  };
  const server = createServer(client => {
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    const later = (work: () => void) => setTimeout(work, proxy.delaySeconds * 1000);
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
    client.on('data', chunk => upstream.write(chunk));
    client.on('end', () => upstream.end());
    upstream.on('data', chunk => later(() => client.write(chunk)));
    upstream.on('end', () => later(() => client.end()));
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      proxy.port = typeof address === 'object' && address ? address.port : 0;
      resolve(proxy);
    });
  });
}
