import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DataLakeError } from '../../common/contract/problem.js';
import type { IChecksums, IPutOptions, ISource, IStored } from '../../upload/core/ports.js';
import { Checksums } from './checksums.js';
import { folderError } from './folder-errors.js';
import type { IFolderPlace } from './mover.js';
import { below } from './pfn.js';
import { codeOf, SourceFile } from './source-file.js';

const PIECE = 1 << 20;
/** As Rucio's own clients name what is not there yet. */
const PARTIAL = '.rucio.upload';

/** What is on a store is for everybody who may go there, as Rucio's own clients leave it. */
const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

/**
 * Copies the file under another name, forces it to the disk, and gives it its name then: readers see all of it
 * or nothing. Hashes what it copies.
 */
export async function copyIntoFolder(
  source: ISource,
  place: IFolderPlace,
  { md5, pace, onProgress }: IPutOptions,
  signal: AbortSignal
): Promise<IChecksums> {
  const file = await SourceFile.open(source);
  try {
    const target = await withParents(place);
    const partial = `${target}${PARTIAL}`;
    try {
      // Of an earlier time that was cut off; a link is removed, not followed.
      await rm(partial, { force: true });
      const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
      const written = await open(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, FILE_MODE);
      let sums: Checksums;
      try {
        sums = await Checksums.start(md5);
        const piece = Buffer.allocUnsafe(Math.min(PIECE, Math.max(source.bytes, 1)));
        let done = 0;
        for (let length; (length = await file.read(piece)) > 0; onProgress((done += length))) {
          const filled = piece.subarray(0, length);
          await pace?.take(length, signal);
          sums.add(filled);
          for (let at = 0; at < length;) {
            at += (await written.write(filled, at, length - at)).bytesWritten;
          }
          signal.throwIfAborted();
        }
        await written.chmod(FILE_MODE);
        await written.sync();
      } finally {
        // Some file systems say only here that they are full.
        await written.close();
      }
      signal.throwIfAborted();
      await refuseFolder(target);
      await rename(partial, target);
      await syncFolder(dirname(target));
      return sums.end();
    } catch (error) {
      await rm(partial, { force: true }).catch(() => undefined);
      throw error;
    }
  } catch (error) {
    throw signal.aborted ? cancelled(error) : folderError(error, place.path);
  } finally {
    await file.close();
  }
}

/** Reads the file at the store: its size and adler32. */
export async function lookIntoFolder(
  place: IFolderPlace,
  signal: AbortSignal
): Promise<IStored | null> {
  try {
    const target = await existing(place);
    if (target === null) {
      return null;
    }
    const file = await open(target, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await file.stat();
      if (!found.isFile()) {
        throw new DataLakeError('conflict', 'At the store there is a folder of this name.', {
          detail: place.path
        });
      }
      const sums = await Checksums.start(false);
      const piece = Buffer.allocUnsafe(Math.min(PIECE, Math.max(found.size, 1)));
      let bytes = 0;
      for (;;) {
        const { bytesRead } = await file.read(piece, 0, piece.length, bytes);
        if (bytesRead === 0) {
          return { bytes, adler32: sums.end().adler32 };
        }
        sums.add(piece.subarray(0, bytesRead));
        bytes += bytesRead;
        signal.throwIfAborted();
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return null;
    }
    throw signal.aborted ? cancelled(error) : folderError(error, place.path);
  }
}

/** Removes the file, and what an earlier time has left of it. */
export async function removeFromFolder(place: IFolderPlace): Promise<void> {
  try {
    const target = await existing(place);
    if (target !== null) {
      await refuseFolder(target);
      await rm(`${target}${PARTIAL}`, { force: true });
      await rm(target, { force: true });
    }
  } catch (error) {
    throw folderError(error, place.path);
  }
}

/** The file's path with all links above it gone, its folders made; throws if that is not below the bound. */
async function withParents(place: IFolderPlace): Promise<string> {
  const parent = dirname(place.path);
  await realBound(place, true);
  // Before anything is made: a link may lead out.
  await inside(await deepest(parent), place);
  await makeFolders(parent);
  return join(await inside(parent, place), basename(place.path));
}

/** Those that are made get their mode, whatever the umask is: our server's lets nobody else read. */
async function makeFolders(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: FOLDER_MODE });
  if (first !== undefined) {
    for (let made = path; made.length >= first.length; made = dirname(made)) {
      await chmod(made, FOLDER_MODE);
    }
  }
}

/** The same for what is only looked at; null: there is no such folder. */
async function existing(place: IFolderPlace): Promise<string | null> {
  await realBound(place, false);
  try {
    return join(await inside(dirname(place.path), place), basename(place.path));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

async function realBound({ bound }: IFolderPlace, make: boolean): Promise<string> {
  try {
    return await realpath(bound);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') {
      throw error;
    }
    // Of an RSE that nothing was ever written to; of one that is not mounted what is above is not there either.
    const above = await realpath(dirname(bound));
    if (make) {
      await makeFolders(bound);
    }
    return join(above, basename(bound));
  }
}

async function inside(path: string, place: IFolderPlace): Promise<string> {
  const real = await realpath(path);
  const bound = await realBound(place, false);
  if (real !== bound && below(real, bound) === null) {
    throw new DataLakeError(
      'store-refused',
      "A link at the store leads out of the RSE's folder: nothing is written there.",
      { detail: place.path }
    );
  }
  return real;
}

async function deepest(path: string): Promise<string> {
  try {
    await lstat(path);
    return path;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) {
      throw error;
    }
    return deepest(dirname(path));
  }
}

async function refuseFolder(path: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') {
      return null;
    }
    throw error;
  });
  if (found?.isDirectory() === true) {
    throw new DataLakeError('conflict', 'At the store there is a folder of this name.', {
      detail: path
    });
  }
}

/** So that the name, too, outlives a power cut; not every file system can. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync().catch(() => undefined);
  } finally {
    await folder.close();
  }
}

function cancelled(cause: unknown): DataLakeError {
  return new DataLakeError('cancelled', 'Cancelled.', { cause });
}
