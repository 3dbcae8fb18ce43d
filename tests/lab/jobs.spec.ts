import { setTimeout as wait } from 'node:timers/promises';
import { Jobs } from '../../lab/copy-service/jobs.ts';
import { Pace } from '../../lab/copy-service/pace.ts';

it('gives the reason of a failed copy as one line that any database takes', async () => {
  const copier = {
    copy: () => Promise.reject(new Error('[3005] [3010] tpc\n authorization\u001b[1m expired\0'))
  };
  const jobs = new Jobs(copier, new Pace('no such file'), () => undefined);
  const id = jobs.submit({ files: [{ sources: ['root://a//f'], destinations: ['root://b//f'] }] });
  while (!jobs.get(id)!.job_finished) await wait(5);
  expect(jobs.get(id)!.files.map(file => [file.file_state, file.reason])).toEqual([
    ['FAILED', '[3005] [3010] tpc authorization [1m expired']
  ]);
});
