import { accessSync, constants, globSync } from 'node:fs';
import { LabError } from './problem.ts';
import { say, step } from './progress.ts';
import { run } from './run.ts';

/** What the full profile needs, by the Debian package that has it. */
const PROGRAMS: Record<string, string> = {
  xrootd: 'xrootd-server',
  cmsd: 'xrootd-server',
  xrdsssadmin: 'xrootd-server',
  xrdcp: 'xrootd-client',
  xrdfs: 'xrootd-client',
  xrootdfs: 'xrootd-fuse',
  fusermount: 'fuse3',
  memcached: 'memcached',
  openssl: 'openssl',
  gcc: 'gcc'
};
/** Where the same is said of a library, by a file of it. */
const LIBRARIES: Record<string, string> = {
  'libXrdAccSciTokens-5.so': 'xrootd-scitokens-plugins'
};
/** Libraries that come with those, but are packages of their own. */
const WITH: Record<string, string[]> = {
  'xrootd-server': ['xrootd-server-plugins', 'xrootd-client-plugins'],
  gcc: ['libc6-dev']
};

/** Installs the Debian packages that are missing, as root or by sudo. */
export async function installDebianPackages(): Promise<void> {
  const missing = [
    ...Object.keys(PROGRAMS)
      .filter(program => !programPath(program))
      .map(program => PROGRAMS[program]!),
    ...Object.keys(LIBRARIES)
      .filter(library => !hasLibrary(library))
      .map(library => LIBRARIES[library]!)
  ];
  if (!missing.length) return;
  const packages = [...new Set(missing)].flatMap(name => [name, ...(WITH[name] ?? [])]);
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = (...words: string[]): Promise<string> =>
    run([
      ...asRoot,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      '-qq',
      '-o',
      'DPkg::Lock::Timeout=600',
      ...words
    ]);
  say(`installing ${packages.join(', ')} with apt-get`);
  await step('Debian packages installed', async () => {
    const install = (): Promise<string> =>
      apt('install', '-y', '--no-install-recommends', ...packages);
    try {
      // The lists of packages may be too old for what they name.
      await install().catch(() => apt('update').then(install));
    } catch (error) {
      throw new LabError(
        `The full profile needs these Debian packages, and they could not be installed: ${packages.join(' ')}. ` +
          `Run it as root or with sudo that asks for no password, install them yourself, or take PROFILE=embedded.\n${String(error)}`,
        { cause: error }
      );
    }
  });
}

/** Debian has a folder for each architecture below /usr/lib. */
const hasLibrary = (name: string): boolean =>
  globSync([`/usr/lib/*/${name}`, `/usr/lib/${name}`]).length > 0;

/** Where a program is; the folders of administrators' programs are searched, too. */
export function programPath(program: string): string | undefined {
  return ['/usr/bin', '/usr/sbin', '/bin', '/sbin', '/usr/local/bin']
    .map(folder => `${folder}/${program}`)
    .find(file => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
