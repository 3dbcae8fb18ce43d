import type { DidDetails, Row } from '../contract.js';
import { boundedDetails, boundedRows, boundedScopes, LONGEST_VALUE } from '../core/bounds.js';

const row = (name: string, scope = 'obs'): Row => ({
  ...{ scope, name, type: 'FILE', bytes: 1, length: null }
});

async function read(...batches: Row[][]): Promise<{ rows: Row[]; problem: unknown }> {
  const rows: Row[] = [];
  try {
    for await (const batch of boundedRows(
      (async function* () {
        yield* batches;
      })()
    )) {
      rows.push(...batch);
    }
    return { rows, problem: null };
  } catch (problem) {
    return { rows, problem };
  }
}

it.each([
  ['name', row('x'.repeat(501))],
  ['scope', row('x', 's'.repeat(256))]
])('rows end before one whose %s no lake holds, with a sentence', async (_, bad) => {
  const { rows, problem } = await read([row('a')], [row('b'), bad, row('c')]);
  expect(rows.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(problem).toMatchObject({ code: 'rucio-garbled' });
  expect(String(problem).length).toBeLessThan(200);
});

it('rows with the longest names that lakes hold stay as they are', async () => {
  const longest = [row('x'.repeat(500), 's'.repeat(255))];
  expect(await read(longest)).toEqual({ rows: longest, problem: null });
  expect(boundedScopes(['s'.repeat(255)])).toHaveLength(1);
  expect(() => boundedScopes(['s'.repeat(256)])).toThrow('256 characters');
});

it('of long texts beside a DID the beginning is shown, and what is no text stays', () => {
  const details = {
    ...row('a'),
    ...{ did: 'obs:a', account: 'alice', adler32: null, md5: 'm'.repeat(999), open: null },
    ...{ createdAt: null, updatedAt: null, expiresAt: null },
    metadata: {
      note: 'n'.repeat(LONGEST_VALUE + 1),
      events: 5,
      short: 's',
      ['k'.repeat(999)]: true
    }
  } satisfies DidDetails;
  const { account, md5, metadata } = boundedDetails(details);
  expect([account, md5?.length]).toEqual(['alice', 255]);
  expect(metadata).toEqual({
    note: `${'n'.repeat(LONGEST_VALUE - 1)}…`,
    events: 5,
    short: 's',
    [`${'k'.repeat(254)}…`]: true
  });
});
