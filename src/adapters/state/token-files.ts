import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DataLakeError } from '../../common/contract/problem.js';
import type { ITokenOutlet } from '../../token-renewal/core/ports.js';

/** One target's file. */
export interface ITokenFile {
  path: string;
  /** What is in it for this token. */
  text(token: string): string | Promise<string>;
  /** The site insists on a folder like /tmp, in which others may make files, too. */
  inSharedFolder: boolean;
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY, O_RDONLY } = constants;
const STICKY = 0o1000;
const OTHERS_WRITE = 0o022;

/**
 * Tokens in files, for programs that look there by themselves. A reader finds the whole old text or the
 * whole new one, and nobody but this user may read it, from its first byte on.
 */
export class TokenFiles implements ITokenOutlet {
  /** By the target's name; a target without a file has none. */
  constructor(private readonly _files: ReadonlyMap<string, ITokenFile>) {}

  async write(target: string, token: string): Promise<void> {
    const file = this._files.get(target);
    if (file === undefined) {
      return;
    }
    const text = await file.text(token);
    try {
      await prepare(dirname(file.path), file.inSharedFolder);
      await replace(file.path, text);
    } catch (cause) {
      throw cannotWrite(file.path, cause);
    }
  }

  async holds(target: string, token: string): Promise<boolean> {
    const file = this._files.get(target);
    if (file === undefined) {
      return true;
    }
    try {
      const handle = await open(file.path, O_RDONLY | O_NOFOLLOW);
      try {
        const { uid, mode } = await handle.stat();
        const ours = uid === process.geteuid?.() && (mode & 0o077) === 0;
        return ours && (await handle.readFile('utf8')) === (await file.text(token));
      } finally {
        await handle.close();
      }
    } catch {
      return false;
    }
  }

  async remove(target: string): Promise<void> {
    const file = this._files.get(target);
    if (file !== undefined) {
      await rm(file.path, { force: true });
    }
  }
}

/** Makes the folder for this user only; one that is there must be out of others' reach. */
async function prepare(folder: string, shared: boolean): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = await stat(folder);
  if ((mode & OTHERS_WRITE) === 0 && (uid === process.geteuid?.() || uid === 0)) {
    return;
  }
  if (!shared) {
    throw new Error(`others may write to ${folder}: use a folder of your own`);
  }
  // Without the sticky bit, others could put their own file in place of ours.
  if ((mode & STICKY) === 0) {
    throw new Error(`others may replace files in ${folder}`);
  }
}

async function replace(path: string, text: string): Promise<void> {
  // Not to be guessed, so that nobody can be there first; made new or not at all.
  const temporary = join(dirname(path), `.token-${randomBytes(12).toString('hex')}`);
  const file = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    // Replaces a link itself, and never what it leads to.
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  const folder = await open(dirname(path), O_RDONLY);
  await folder.sync().finally(() => folder.close());
}

function cannotWrite(path: string, cause: unknown): DataLakeError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const why = code === '' ? message : (WHY[code] ?? code);
  return new DataLakeError('token-file', `The token file ${path} cannot be written: ${why}.`, {
    cause
  });
}

const WHY: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EFBIG: 'files may not be as large here',
  EDQUOT: 'your quota on that disk is used up',
  EROFS: 'that disk can only be read',
  EACCES: 'its folder is closed to you',
  EPERM: 'a file of somebody else is in its place',
  ENOTDIR: 'its folder is no folder',
  EISDIR: 'a folder is in its place'
};
