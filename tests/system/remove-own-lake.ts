import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Before and after a run: the suites that change a lake's data share one, which nobody has used before. */
export default function removeOwnLake({ rootDir }: { rootDir: string }): void {
  const folder = join(rootDir, '.lab/own');
  if (existsSync(folder)) {
    execFileSync('node', ['lab/main.ts', 'down', '--purge', '--dir', folder], {
      cwd: rootDir,
      stdio: ['ignore', 'ignore', 'inherit']
    });
  }
}
