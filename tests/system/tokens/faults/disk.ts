import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../home.ts';
import { scene } from './stage.ts';

scene(
  'a full disk: the old files stay, nobody is asked in vain, and new tokens come when there is room',
  async stage => {
    const server = await stage.signedIn();
    server.fillDisk();
    await stage.untilFailing(server, 'token-file,token-file');
    const [files, before] = [server.bothFiles, await stage.requests()];
    await stage.until(server, 'expired');
    expect(server.bothFiles === files).toBe(true);
    expect(await stage.requests()).toBe(before);
    server.makeRoom();
    await stage.until(server, 'valid');
    expect(await server.status()).toMatchObject({ signedIn: true });
  }
);

scene(
  'a disk that is full when a refresh token comes: it is held until there is room, and no other is asked for',
  async stage => {
    const server = await stage.refreshing({ delaySeconds: 6 });
    server.fillDisk();
    await until(async () => (await server.problems()).includes('token-file'));
    await until(async () => (await stage.refreshes()) === 1);
    server.makeRoom();
    await stage.until(server, 'valid');
    expect(await server.status()).toMatchObject({ signedIn: true });
    expect(await stage.requestsFor('/token/introspection')).toBe(0);
  }
);

scene(
  'a folder of token files that is gone, or is no folder, is made again without the identity provider',
  async stage => {
    await stage.iam.control.turn({ accessTokenSeconds: 60 });
    const server = await stage.signedIn();
    const files = server.bothFiles;
    await stage.iam.control.breakWith({ status: 503 });
    stage.removesFiles = true;
    renameSync(server.files, `${server.files}-before`);
    await until(() => server.has('eos') && server.has('storage'));
    server.signal('SIGSTOP');
    renameSync(server.files, `${server.files}-then`);
    writeFileSync(server.files, '', { mode: 0o600 });
    server.signal('SIGCONT');
    await until(async () => (await server.problems()).join() === 'token-file,token-file');
    rmSync(server.files);
    await until(() => server.has('eos') && server.has('storage'), 60);
    expect(server.bothFiles.length).toBe(files.length);
    await stage.iam.control.heal();
    await stage.until(server, 'valid');
  }
);

scene('a state folder that is gone costs the sign-in, and nothing else', async stage => {
  const server = await stage.signedIn();
  renameSync(join(stage.home, 'state'), join(stage.home, 'state-before'));
  await until(async () => !(await server.status()).signedIn);
  expect(server.has('storage')).toBe(true);
  await server.signIn(stage.iam, 'bob');
  await until(() => server.claims('storage').subject === 'subject-of-bob');
  const { expiresAt } = server.claims('storage');
  await until(() => server.claims('storage').expiresAt !== expiresAt);
  const other = await stage.server(stage.config('other'));
  await stage.until(other, 'valid');
  expect(await other.status()).toMatchObject({ signedIn: true, renewsHere: false });
});
