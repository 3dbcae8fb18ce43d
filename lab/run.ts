import { spawn } from 'node:child_process';
import { LabError } from './problem.ts';

/** Runs a program to its end and answers what it printed; if it fails, the error carries its last lines. */
export function run(
  command: string[],
  options: {
    environment?: Record<string, string>;
    cwd?: string;
    user?: { uid: number; gid: number } | undefined;
    input?: string;
  } = {}
): Promise<string> {
  return new Promise((resolve, reject) => {
    const [program, ...args] = command;
    const child = spawn(program!, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      cwd: options.cwd ?? '/',
      env: {
        PATH: process.env['PATH'] ?? '/usr/bin:/bin',
        HOME: process.env['HOME'] ?? '/',
        LANG: 'C.UTF-8',
        ...proxySettings(),
        ...options.environment
      },
      ...(options.user ? { uid: options.user.uid, gid: options.user.gid } : {})
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    let output = '';
    let errors = '';
    child.stdout.on('data', chunk => (output += String(chunk)));
    child.stderr.on('data', chunk => (errors += String(chunk)));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const last = (errors.trim() || output.trim()).split('\n').slice(-12).join('\n');
      reject(new LabError(`${command.slice(0, 3).join(' ')} failed (${signal ?? code}):\n${last}`));
    });
  });
}

/** pip and apt need what the caller's environment says about reaching their registries. */
function proxySettings(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(https?_proxy|no_proxy|pip_|ssl_cert|requests_ca)/i.test(name)
  );
  return Object.fromEntries(kept) as Record<string, string>;
}
