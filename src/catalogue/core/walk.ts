import { formatDid } from '../../common/contract/did.js';
import type { Row } from '../contract.js';
import type { Catalogue } from './catalogue.js';

/** All that is below a collection, depth first, each collection's content after it and only once. */
export async function* walk(
  catalogue: Pick<Catalogue, 'content'>,
  did: string,
  signal: AbortSignal
): AsyncGenerator<Row[], void, void> {
  const seen = new Set([did]);
  const open = [did];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const inside: string[] = [];
    for await (const rows of catalogue.content(next, signal)) {
      yield rows;
      for (const row of rows) {
        const child = formatDid(row);
        if (row.type !== 'FILE' && !seen.has(child)) {
          seen.add(child);
          inside.push(child);
        }
      }
    }
    open.push(...inside.reverse());
  }
}
