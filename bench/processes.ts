import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const TICKS_A_SECOND = 100;
const MB = 1e6;

export interface IUse {
  process: string;
  /** In memory; part of it is the program itself, which processes share. */
  megabytes: number;
  /** Of that, what is this process's own now. */
  ownMegabytes: number;
  cpuSeconds: number;
}

/** This process and all below it. */
export function family(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (/^\d+$/.test(entry)) parents.set(Number(entry), Number(statOf(Number(entry))[1]));
  }
  const found = [pid];
  for (const each of found) {
    found.push(...[...parents].filter(([, parent]) => parent === each).map(([child]) => child));
  }
  return found;
}

/** Memory in use now, in MB of 1,000,000 bytes, of each process. */
export const memoryNow = (pid: number): IUse[] => family(pid).map(each => useOf(each, 'VmRSS'));

/** Watches processes from now on; the answer is called for what they have used at most, and how long. */
export function watchUse(pid: number): () => IUse[] {
  const before = new Map(family(pid).map(each => [each, useOf(each, 'VmRSS').cpuSeconds]));
  // The kernel begins anew with its note of the peak.
  for (const each of before.keys()) writeFileSync(`/proc/${each}/clear_refs`, '5');
  return () =>
    family(pid).map(each => {
      const use = useOf(each, 'VmHWM');
      const cpuSeconds = use.cpuSeconds - (before.get(each) ?? 0);
      return { ...use, cpuSeconds: Math.round(cpuSeconds * 100) / 100 };
    });
}

/** Of those that are gone by now: nothing. */
function useOf(pid: number, field: 'VmRSS' | 'VmHWM'): IUse {
  const status = read(`/proc/${pid}/status`);
  const megabytes = (name: string) =>
    Math.round((Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) * 1024) / MB);
  const fields = statOf(pid);
  return {
    process: nameOf(pid),
    megabytes: megabytes(field),
    ownMegabytes: megabytes('RssAnon'),
    cpuSeconds: (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_A_SECOND
  };
}

/** The program, and its script if it runs one, without folders. */
function nameOf(pid: number): string {
  const [, second = ''] = read(`/proc/${pid}/cmdline`).split('\0');
  const names = [programOf(pid), second.startsWith('-') ? '' : second];
  return names
    .filter(name => name !== '')
    .map(name => path.basename(name))
    .join(' ');
}

/** '': it is gone. */
function programOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return '';
  }
}

/** The fields after the name of the program: state, parent, ... */
function statOf(pid: number): string[] {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
