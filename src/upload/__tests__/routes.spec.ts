import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import { ScratchFiles } from '../../adapters/files/scratch-files.js';
import { Instances } from '../../common/core/instances.js';
import { NO_LOG } from '../../common/core/log.js';
import { answerErrors } from '../../common/server/route.js';
import type { Job, UploadFile } from '../contract.js';
import { ScratchSpace } from '../core/scratch-space.js';
import { UploadService } from '../core/upload-service.js';
import { uploadRoutes } from '../server/routes.js';
import { UploadRig, type IProcess } from './upload-rig.js';

let rig: UploadRig;
let process: IProcess;
let app: Hono;
beforeEach(() => {
  rig = new UploadRig();
  process = rig.process();
  const { lake, files, clock } = rig;
  const { uploads, store } = process;
  const service = new UploadService({
    ...{ instance: 'default', lake, files, store },
    settings: { scope: '', rseExpression: '', lifetimeDays: null, provenance: [] },
    scratch: new ScratchSpace([], new ScratchFiles(), store, clock)
  });
  app = new Hono();
  answerErrors(app, NO_LOG);
  const services = new Instances(new Map([['default', service]]));
  uploadRoutes(app, { services, uploads, rootDir: join(rig.folder, 'home') });
  rig.write('secret.txt', 'not in the folder');
  rig.write('home/plot.txt', 'a plot');
});
afterEach(async () => {
  await process.kill();
  rig.dispose();
});

async function ask<T>(path: string, body?: object): Promise<{ status: number; answer: T }> {
  const response = await app.request(`/api${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  });
  const text = await response.text();
  return { status: response.status, answer: JSON.parse(text.split('\n')[0]) as T };
}

const plan = (source: string) => ({
  ...{ sources: [source], scope: 'user.alice', rseExpression: 'DISK' }
});

describe('from the browser', () => {
  it.each(['../secret.txt', 'a/../../secret.txt', '..', '/etc/hostname'])(
    '%s is refused with a sentence, before it is looked at',
    async source => {
      for (const path of ['/uploads/start', '/uploads/plan']) {
        const { answer } = await ask<object>(path, plan(source));
        expect(JSON.stringify(answer)).toMatch(/bad-request.*does not lie in Jupyter's folder/);
      }
      expect(process.uploads.list()).toEqual([]);
    }
  );

  it('a link out of the folder is refused, and no path of the server is shown', async () => {
    symlinkSync(join(rig.folder, 'secret.txt'), join(rig.folder, 'home', 'out'));
    symlinkSync(rig.folder, join(rig.folder, 'home', 'up'));
    for (const [source, shown] of [
      ['out', 'out'],
      ['up/secret.txt', 'up/secret.txt']
    ]) {
      const { answer } = await ask<{ job: Job }>('/uploads/start', plan(source));
      const { id } = answer.job;
      expect(await rig.ended(process, id)).toMatchObject({ state: 'failed' });
      const { files } = (await ask<{ files: UploadFile[] }>(`/uploads/files?job=${id}`)).answer;
      expect(files).toMatchObject([{ path: shown, problem: { code: 'source-unreadable' } }]);
      expect(files[0].problem?.message).toMatch(/^\S+ is a link out of the folder/);
      const log = await ask<object>(`/uploads/log?job=${id}`);
      expect(JSON.stringify(log)).toContain(`${shown}: ${shown} is a link out`);
      expect(JSON.stringify([log, await ask('/uploads'), files])).not.toContain(rig.folder);
    }
    expect(rig.lakeStore.puts).toEqual([]);
  });
});
