import { expect, it } from '@jest/globals';
import { DataLakeError } from '../../common/contract/problem.js';
import { HandClock } from '../../testing/hand-clock.js';
import type { IRsesToWrite, IWritableRse } from '../../upload/core/ports.js';
import { rsePrefixes } from '../rse-prefixes.js';

function rses() {
  const clock = new HandClock();
  let asked = 0;
  let fails = false;
  const facts = async (rse: string): Promise<IWritableRse> => {
    asked++;
    if (fails) {
      throw new DataLakeError('rucio-unreachable', 'Rucio cannot be reached.');
    }
    const protocols = [{ scheme: 'davs', prefix: `davs://host:1/${rse}/` }];
    return { rse, writable: true, deterministic: true, protocols, verifies: true };
  };
  const prefixes = rsePrefixes({ facts } as unknown as IRsesToWrite, clock);
  return { clock, prefixes, asked: () => asked, fail: (yes: boolean) => (fails = yes) };
}

it('are asked for once a minute, however many files there are', async () => {
  const { clock, prefixes, asked } = rses();
  await Promise.all([prefixes('A'), prefixes('A'), prefixes('B')]);
  expect(await prefixes('A')).toEqual(['davs://host:1/A/']);
  expect(asked()).toBe(2);
  await clock.advance(61_000);
  await prefixes('A');
  expect(asked()).toBe(3);
});

it('are asked for again after a failure', async () => {
  const { prefixes, asked, fail } = rses();
  fail(true);
  await expect(prefixes('A')).rejects.toMatchObject({ code: 'rucio-unreachable' });
  fail(false);
  expect(await prefixes('A')).toEqual(['davs://host:1/A/']);
  expect(asked()).toBe(2);
});
