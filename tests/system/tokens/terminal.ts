import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { IJupyter } from '../jupyter.ts';

/** Opens a terminal in this Jupyter and answers the environment that its shell was started with. */
export async function terminalEnvironment({
  url,
  token,
  pid
}: IJupyter): Promise<Record<string, string>> {
  const headers = { Authorization: `token ${token}` };
  const { status } = await fetch(`${url}api/terminals`, { method: 'POST', headers });
  if (status !== 200) throw new Error(`no terminal: ${status}`);
  for (;;) {
    const shell = childrenOf(pid).find(child => nameOf(child).endsWith('sh -l '));
    if (shell !== undefined) {
      return Object.fromEntries(
        readFileSync(`/proc/${shell}/environ`, 'utf8')
          .split('\0')
          .filter(line => line.includes('='))
          .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
      );
    }
    await setTimeout(50);
  }
}

const childrenOf = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');

/** Empty for a process that has just ended. */
function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
