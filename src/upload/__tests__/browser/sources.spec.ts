import { nullTranslator } from '@jupyterlab/translation';
import { DataLakeError } from '../../../common/contract/problem.js';
import { chosenPaths, sourcesOf } from '../../browser/sources.js';

const trans = nullTranslator.load('jupyterlab_datalake');
const contents = {
  driveName: (path: string) => (path.includes(':') ? path.split(':')[0] : ''),
  localPath: (path: string) => path.split(':').at(-1) ?? '',
  get: async (path: string) => ({ type: path.endsWith('plots') ? 'directory' : 'file' })
} as never;

it('knows files from folders, also on the drive of real-time collaboration', async () => {
  expect(await sourcesOf(['plots', 'RTC:a.csv'], contents, trans)).toEqual([
    { path: 'plots', isFolder: true },
    { path: 'a.csv', isFolder: false }
  ]);
});

it('refuses what does not lie on the server’s disk', async () => {
  const refusal = sourcesOf(['a.csv', 's3:bucket/b.csv'], contents, trans);
  await expect(refusal).rejects.toBeInstanceOf(DataLakeError);
  await expect(refusal).rejects.toThrow('s3:bucket/b.csv is not on this server’s disk');
});

it('takes all that is chosen in the file browser', () => {
  const selectedItems = () => [{ path: 'plots' }, { path: 'a.csv' }].values();
  const factory = { tracker: { currentWidget: { selectedItems } } } as never;
  expect(chosenPaths(factory)).toEqual(['plots', 'a.csv']);
  expect(chosenPaths(null)).toEqual([]);
});
