import type { ITextStream } from '../common/cli/terminal.js';

/** A stream that keeps what is written to it, as a terminal or as a pipe. */
export class KeptStream implements ITextStream {
  text = '';
  readonly columns = 80;

  constructor(readonly isTTY: boolean) {}

  write(text: string, done?: (error?: Error | null) => void): boolean {
    if (this.gone) {
      done?.(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      return false;
    }
    this.text += text;
    done?.();
    return true;
  }

  /** Who read it has gone. */
  gone = false;

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }
}
