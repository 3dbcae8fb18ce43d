import { expect, type Page } from '@playwright/test';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { LAKE } from './demo.ts';
import { filesOn } from './lake.ts';
import { openTerminal } from './shell.ts';
import { FULL_LAKE } from './sign-in.ts';

/**
 * Programs that a person has left running in a terminal of JupyterLab: each second one line with what
 * each of them said, in a file.
 */
export class WatchingTerminal {
  private constructor(private readonly _file: string) {}

  /** `programs`: shell commands by name. `folder` is where the terminal begins. */
  static async open(
    page: Page,
    folder: string,
    programs: Readonly<Record<string, string>>
  ): Promise<WatchingTerminal> {
    const terminal = new WatchingTerminal(join(folder, `watched-${Date.now()}.txt`));
    await openTerminal(page);
    const each = Object.entries(programs)
      .map(
        ([name, command]) =>
          `if ${command} >&3 2>&3; then echo ${name} ok; else echo ${name} failed; fi`
      )
      .join('; ');
    await page.keyboard.type(
      `while true; do ${each}; sleep 1; done 3>'${terminal._file}.log' >'${terminal._file}'`
    );
    await page.keyboard.press('Enter');
    await expect.poll(() => terminal.count, { timeout: 60_000 }).toBeGreaterThan(0);
    return terminal;
  }

  /** How often programs were run so far. */
  get count(): number {
    return this._lines.length;
  }

  /** The runs that failed, and what was said. */
  get failures(): string[] {
    const failed = this._lines.filter(line => !line.endsWith(' ok'));
    return failed.length === 0 ? [] : [...failed, readFileSync(`${this._file}.log`, 'utf8')];
  }

  private get _lines(): string[] {
    return existsSync(this._file) ? readFileSync(this._file, 'utf8').split('\n').slice(0, -1) : [];
  }
}

/** What people do besides JupyterLab: ask Rucio, copy from a storage that wants a token, read what is mounted. */
export function programs(): Record<string, string> {
  const rse = FULL_LAKE.rses.find(({ name }) => name === 'SITEA_DISK');
  const [file] = rse === undefined ? [] : [...filesOn(rse.folder).values()];
  const [mounted] = filesOn(LAKE.mount.path).values();
  if (rse === undefined || file === undefined || mounted === undefined) {
    throw new Error('There are no files in this lake.');
  }
  const { hostname, port, prefix } = rse.protocol;
  const pfn = `root://${hostname}:${port}${prefix}${relative(rse.folder, file)}`;
  return {
    // A login shell forgets where programs are.
    rucio: `PATH='${process.env['PATH']}' rucio whoami`,
    xrdcp: `xrdcp --nopbar --force '${pfn}' /dev/null`,
    mount: `cksum '${mounted}'`
  };
}
