import { cells, neutralise, type ITextStream } from './terminal.js';

export interface IProgress {
  /** Writes over the line. `share` between 0 and 1 draws a bar; null draws none. */
  show(text: string, share: number | null): void;
  /** Takes the line away. */
  done(): void;
}

const BAR = 20;
const ERASE_LINE = '\r\u001b[2K';

/** One line on a terminal that is written over; silent where there is no terminal. */
export class Progress implements IProgress {
  constructor(
    stream: ITextStream | null,
    private readonly _unicode: boolean
  ) {
    this._stream = stream?.isTTY === true ? stream : null;
  }

  show(text: string, share: number | null): void {
    if (this._stream === null) {
      return;
    }
    const line = share === null ? neutralise(text) : `${this._bar(share)} ${neutralise(text)}`;
    this._stream.write(ERASE_LINE + cut(line, (this._stream.columns ?? 80) - 1));
    this._shown = true;
  }

  done(): void {
    if (this._shown) {
      this._stream?.write(ERASE_LINE);
      this._shown = false;
    }
  }

  private _bar(share: number): string {
    const full = Math.floor(Math.min(1, Math.max(0, share)) * BAR);
    const percent = `${Math.floor(Math.min(1, Math.max(0, share)) * 100)}%`.padStart(4);
    return this._unicode
      ? `${'█'.repeat(full)}${'░'.repeat(BAR - full)}${percent}`
      : `[${'#'.repeat(full)}${'.'.repeat(BAR - full)}]${percent}`;
  }

  private readonly _stream: ITextStream | null;
  private _shown = false;
}

function cut(text: string, width: number): string {
  let kept = '';
  for (const character of text) {
    if (cells(kept + character) > width) {
      break;
    }
    kept += character;
  }
  return kept;
}
