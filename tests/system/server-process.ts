import { readdirSync, readFileSync } from 'node:fs';

/** The process of the data lake server that this Jupyter has started. */
export function serverBelow(jupyter: number): number {
  for (const entry of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    const stat = read(`/proc/${entry}/stat`);
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(parent) === jupyter && read(`/proc/${entry}/cmdline`).includes('server.mjs')) {
      return Number(entry);
    }
  }
  throw new Error('There is no data lake server below Jupyter.');
}

/** Of a process that has ended by now: nothing. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
