import { gatheredLines, type IReading } from '../gathered-lines.js';

const READING: IReading = {
  progressed: () => undefined,
  paused: () => undefined,
  endless: () => new Error('endless')
};
const encoder = new TextEncoder();

/** A body of these pieces, which then ends or goes on without a word. */
function body(pieces: readonly string[], end = true): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      pieces.forEach(piece => controller.enqueue(encoder.encode(piece)));
      if (end) {
        controller.close();
      }
    }
  });
}

async function all(stream: ReadableStream<Uint8Array>, reading = READING): Promise<string[][]> {
  const batches: string[][] = [];
  for await (const lines of gatheredLines(stream, reading)) {
    batches.push(lines);
  }
  return batches;
}

describe('lines that come one by one', () => {
  const lines = Array.from({ length: 2000 }, (_, index) => `line ${index}`);

  it('go on in few batches, in order and all of them', async () => {
    const batches = await all(body(lines.map(line => `${line}\n`)));
    expect(batches.flat()).toEqual(lines);
    expect(batches.length).toBeLessThan(20);
  });

  it('begin to go on before the next one has come', async () => {
    const reader = gatheredLines(body(['first\nsec'], false), READING);
    expect(await reader.next()).toEqual({ done: false, value: ['first'] });
    await reader.return();
  });

  it('are put together from pieces', async () => {
    const batches = await all(body(['a', 'b\n\nc', '\nd']));
    expect(batches.flat()).toEqual(['ab', 'c', 'd']);
  });
});

it('says when a line has no end, after the lines before it', async () => {
  const piece = 'x'.repeat(4 * 1024 * 1024);
  const reader = gatheredLines(body(['first\n', ...Array<string>(5).fill(piece)]), READING);
  expect((await reader.next()).value).toEqual(['first']);
  await expect(reader.next()).rejects.toThrow('endless');
});

it('hears of progress with each line, and every 4 kB of a long one', async () => {
  const progressed = jest.fn();
  await all(body(['a\n', ' ', 'x'.repeat(5000), '\n']), { ...READING, progressed });
  expect(progressed).toHaveBeenCalledTimes(3);
});
