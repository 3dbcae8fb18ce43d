/** No line of Rucio's is longer; what goes on and on is no NDJSON. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** So many characters of a line that has not ended yet show that it goes on: a byte now and then does not. */
const PROGRESS = 4096;

/** So many characters may lie ready before Rucio has to wait. */
const READ_AHEAD = 256 * 1024;

/** At least so long, in milliseconds, from one batch to the next. */
const GATHER_MS = 20;

/** Hears how the reading goes, to know when Rucio has stopped. */
export interface IReading {
  /** A line has ended, or a long one goes on. */
  progressed(): void;
  /** Nothing is read until the next progress. */
  paused(): void;
  /** What is thrown at a line without an end. */
  endless(): Error;
}

/**
 * The lines of a body. Rucio sends each line by itself, and a million batches of one line would cost more on
 * the way to the reader than the rows themselves: lines are gathered. The first ones do not wait for others,
 * nor do the last. It reads ahead of its reader, but not far; what came before a failure is yielded before it.
 */
export async function* gatheredLines(
  body: ReadableStream<Uint8Array>,
  reading: IReading
): AsyncGenerator<string[], void, void> {
  const reader = body.getReader();
  const arrived = new Arrived(reader, reading);
  const pumping = arrived.pump();
  let rest = '';
  let last = -Infinity;
  try {
    for (;;) {
      await arrived.line();
      await arrived.enough(last + GATHER_MS - performance.now());
      const { over, failure } = arrived;
      const parts = (rest + arrived.take()).split('\n');
      rest = over && failure === null ? '' : (parts.pop() ?? '');
      const lines = parts.filter(line => line !== '');
      if (lines.length > 0) {
        last = performance.now();
        yield lines;
      }
      if (failure !== null) {
        throw failure.cause;
      }
      if (over) {
        return;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
    arrived.take();
    await pumping;
  }
}

/** What has come and has not been taken yet. */
class Arrived {
  constructor(
    private readonly _reader: ReadableStreamDefaultReader<Uint8Array>,
    private readonly _reading: IReading
  ) {}

  over = false;
  failure: { cause: unknown } | null = null;

  /** Returns when the body is over, however it ends. */
  async pump(): Promise<void> {
    try {
      await this._pump();
    } catch (cause) {
      this.failure = { cause };
    }
    this.over = true;
    this._reading.paused();
    this._wake();
  }

  /** Waits until a line is there, or no more comes. */
  async line(): Promise<void> {
    if (!this._hasLine && !this.over) {
      await new Promise<void>(resolve => (this._onLine = resolve));
    }
  }

  /** Waits so long, or until there is enough. */
  async enough(milliseconds: number): Promise<void> {
    if (milliseconds > 0 && !this.over && this._size < READ_AHEAD) {
      await new Promise<void>(resolve => {
        this._onEnough = resolve;
        setTimeout(resolve, milliseconds);
      });
    }
  }

  take(): string {
    const text = this._chunks.join('');
    this._chunks = [];
    this._size = 0;
    this._hasLine = false;
    this._onRoom();
    return text;
  }

  private async _pump(): Promise<void> {
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await this._reader.read();
      this._add(decoder.decode(value, { stream: !done }));
      if (this._openLine > LONGEST_LINE) {
        throw this._reading.endless();
      }
      if (done) {
        return;
      }
      if (this._hasLine && this._size >= READ_AHEAD) {
        this._wake();
        this._reading.paused();
        await new Promise<void>(resolve => (this._onRoom = resolve));
        this._reading.progressed();
      } else if (this._hasLine) {
        this._onLine();
      }
    }
  }

  private _add(text: string): void {
    this._chunks.push(text);
    this._size += text.length;
    const end = text.lastIndexOf('\n');
    const ended = end >= 0 && (this._openLine > 0 || /[^\n]/.test(text.slice(0, end)));
    this._openLine = end >= 0 ? text.length - end - 1 : this._openLine + text.length;
    this._hasLine ||= ended;
    if (ended || this._openLine >= this._timed + PROGRESS) {
      this._timed = this._openLine;
      this._reading.progressed();
    }
  }

  private _wake(): void {
    this._onLine();
    this._onEnough();
  }

  private _chunks: string[] = [];
  private _size = 0;
  private _hasLine = false;
  /** How much of a line has come that has not ended. */
  private _openLine = 0;
  private _timed = 0;
  private _onLine = (): void => undefined;
  private _onEnough = (): void => undefined;
  private _onRoom = (): void => undefined;
}
