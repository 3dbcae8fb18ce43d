import { screen } from '@testing-library/react';
import { MountHealth } from '../../browser/mount-health.js';
import { MOUNT_STATES } from '../../contract.js';
import { fakeLake, makeServices, show } from './fake-lake.js';

const problem = { code: 'mount-not-answering', message: 'No answer within 5 s.' };

it('tells apart a mount that answers, is missing, does not answer, or was not asked', async () => {
  const mounts = MOUNT_STATES.map((state, index) => ({
    instance: 'near',
    rse: `RSE${index}`,
    path: `/lake/${index}`,
    state,
    milliseconds: state === 'OK' ? 3.4 : null,
    checkedAt: null,
    problem: state === 'NOT_ANSWERING' ? problem : null
  }));
  const fake = fakeLake({ '/mounts': () => ({ mounts }) });
  show(makeServices(fake), <MountHealth />);
  expect(await screen.findByText('RSE0: the mount answers in 3 ms')).toBeVisible();
  const items = screen.getAllByRole('listitem');
  expect(items[1]).toHaveTextContent('RSE1: the mount is missing');
  expect(items[2]).toHaveTextContent('RSE2: the mount does not answer No answer within 5 s.');
  expect(items[3]).toHaveTextContent('RSE3: the mount has not been asked yet');
  expect(new Set(items.map(item => item.querySelector('svg')?.innerHTML)).size).toBe(4);
  expect(fake.events.watched).toEqual(['mounts']);
});
