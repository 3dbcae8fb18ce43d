/**
 * A process of its own that looks at one mount, because a mount that hangs takes the thread that
 * looks with it. Says that it is ready, reads a question a line on standard input and writes an answer
 * a line; ends with its input. It imports nothing of ours, so that it runs unbundled too.
 */
import { constants } from 'node:fs';
import { access, opendir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

type Question = { id: number; look: string[] } | { id: number; mount: string };

const AT_ONCE = 4;

async function look(path: string): Promise<number | 'missing' | 'denied'> {
  try {
    const found = await stat(path);
    if (!found.isFile()) {
      return 'missing';
    }
    await access(path, constants.R_OK);
    return found.size;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return 'missing';
    }
    if (code === 'EACCES' || code === 'EPERM') {
      return 'denied';
    }
    throw error;
  }
}

async function lookAll(paths: readonly string[]): Promise<unknown[]> {
  const seen: unknown[] = new Array<unknown>(paths.length);
  const queue = paths.entries();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [index, path] of queue) {
        seen[index] = await look(path);
      }
    })
  );
  return seen;
}

/** An empty folder on the same device as its parent: nothing is mounted on it. */
async function lookAtMount(path: string): Promise<'there' | 'missing' | 'empty-and-not-mounted'> {
  try {
    const found = await stat(path);
    if (!found.isDirectory()) {
      return 'missing';
    }
    const folder = await opendir(path);
    const first = await folder.read();
    await folder.close();
    return first === null && found.dev === (await stat(dirname(path))).dev
      ? 'empty-and-not-mounted'
      : 'there';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return 'missing';
    }
    throw error;
  }
}

async function answer(line: string): Promise<void> {
  const question = JSON.parse(line) as Question;
  let reply: object;
  try {
    reply =
      'look' in question
        ? { seen: await lookAll(question.look) }
        : { mount: await lookAtMount(question.mount) };
  } catch (error) {
    reply = { failed: error instanceof Error && 'code' in error ? String(error.code) : 'EIO' };
  }
  process.stdout.write(`${JSON.stringify({ id: question.id, ...reply })}\n`);
}

createInterface({ input: process.stdin }).on('line', line => void answer(line));
process.stdin.on('end', () => process.exit(0));
process.stdout.on('error', () => process.exit(0));
process.stdout.write('{"ready":true}\n');
