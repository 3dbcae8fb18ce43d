import type { UploadPlan } from '../contract.js';

/** What the server knows of itself. */
export interface IHere {
  /** Name and version. */
  client: string;
  host: string;
}

/** Rucio's JSON metadata hold more; people read it in a line. */
const LONGEST = 1000;

/** Keys begin with `datalake_`: Rucio has columns of its own with names like `provenance`. */
export function provenanceOf(
  { provenance, notebook, kernel, inputs }: UploadPlan,
  { client, host }: IHere
): Record<string, string> {
  const known: [UploadPlan['provenance'][number], string | null][] = [
    ['client', client],
    ['host', host],
    ['notebook', notebook],
    ['kernel', kernel],
    ['inputs', inputs.length === 0 ? null : listOf(inputs)]
  ];
  return Object.fromEntries(
    known
      .filter(([part, value]) => value !== null && value !== '' && provenance.includes(part))
      .map(([part, value]) => [`datalake_${part}`, (value ?? '').slice(0, LONGEST)])
  );
}

/** Whole DIDs only, and how many more there were. */
function listOf(dids: readonly string[]): string {
  const taken: string[] = [];
  let length = 0;
  for (const did of dids) {
    length += did.length + 1;
    if (length > LONGEST - 20) {
      return `${taken.join(' ')} +${dids.length - taken.length}`;
    }
    taken.push(did);
  }
  return taken.join(' ');
}
