import type { Row } from '../../contract.js';
import { RowStore } from '../../browser/row-store.js';

function row(index: number, change: Partial<Row> = {}): Row {
  const name = `file_${String(index).padStart(12, '0')}.h5`;
  return { scope: 'obs', name, type: 'FILE', bytes: index, length: null, ...change };
}

it('gives back every row as it came', () => {
  const store = new RowStore();
  const rows: Row[] = [
    row(1),
    row(2, { type: 'DATASET', bytes: null, length: 20 }),
    row(3, { scope: 'user.alice', type: 'CONTAINER', bytes: 9e15, length: 0 }),
    row(4, { name: 'Ünïcödé_数据_\u{1F30A}', bytes: 0 }),
    row(5, { name: '\uFEFF<b>&amp;</b>' }),
    row(6, { name: 'x'.repeat(500) })
  ];
  store.append(rows.slice(0, 2));
  store.append([]);
  store.append(rows.slice(2));
  expect(rows.map((_, index) => store.at(index))).toEqual(rows);
  expect(store.nameAt(3)).toBe(rows[3].name);
  expect(rows.map((_, index) => store.isCollection(index))).toEqual([
    false,
    true,
    true,
    false,
    false,
    false
  ]);
});

it('has no row beyond its end', () => {
  const store = new RowStore();
  expect(() => store.at(0)).toThrow(RangeError);
  store.append([row(0)]);
  expect(() => store.at(1)).toThrow(RangeError);
  expect(() => store.at(-1)).toThrow(RangeError);
});

it('holds a million rows in 45 MB, and finds any of them', () => {
  const store = new RowStore();
  for (let at = 0; at < 1_000_000; at += 1000) {
    store.append(Array.from({ length: 1000 }, (_, index) => row(at + index)));
  }
  expect(store.length).toBe(1_000_000);
  expect(store.at(999_999)).toEqual(row(999_999));
  expect(store.at(16_384)).toEqual(row(16_384));
  expect(store.memory).toBeLessThan(45_000_000);
});
