import { spawn } from 'node:child_process';

export interface IEnd {
  status: number | null;
  out: string;
  error: string;
  /** What --json printed, one object a line. */
  rows: Record<string, unknown>[];
}

/** Runs the installed `datalake`. `started` may end it; `heard` gets what it has said on stderr so far, each time it says more. */
export function datalake(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  started?: (pid: number) => void,
  heard?: (error: string) => void
): Promise<IEnd> {
  return new Promise(resolve => {
    // In a group of its own: the command starts Node, and both are meant when it is killed.
    const child = spawn('datalake', words, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true
    });
    let out = '';
    let error = '';
    child.stdout.on('data', text => (out += text));
    child.stderr.on('data', text => {
      error += text;
      heard?.(error);
    });
    child.on('close', status => resolve({ status, out, error, rows: rowsOf(out) }));
    if (child.pid !== undefined) {
      started?.(child.pid);
    }
  });
}

function rowsOf(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as Record<string, unknown>);
}
