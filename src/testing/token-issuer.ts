import { DataLakeError, type ProblemCode } from '../common/contract/problem.js';
import type { ITarget, ITokenIssuer, ITokenOutlet } from '../token-renewal/core/ports.js';
import type { HandClock } from './hand-clock.js';

/** An identity provider whose tokens say for whom they are and when they end; away or in trouble on command. */
export class TokenIssuer implements ITokenIssuer {
  constructor(
    private readonly _clock: HandClock,
    public lifeMs: number
  ) {}

  trouble: (target: ITarget) => ProblemCode | null = () => null;
  retryAfterSeconds: number | undefined;
  hangs = false;
  readonly asked: { at: number; target: string }[] = [];

  async issue(target: ITarget, signal: AbortSignal) {
    const now = this._clock.now();
    this.asked.push({ at: now, target: target.name });
    if (this.hangs) {
      await new Promise((_, reject) => {
        signal.onabort = () => reject(new DataLakeError('issuer-unreachable', 'too slow'));
      });
    }
    const code = this.trouble(target);
    if (code !== null) {
      throw new DataLakeError(code, code, { retryAfterSeconds: this.retryAfterSeconds });
    }
    const life = { receivedAt: now, expiresAt: now + this.lifeMs };
    return { token: `${target.name}@${life.expiresAt}`, life, issuedAt: now };
  }

  /** Requests after that moment. */
  since(at: number): number {
    return this.asked.filter(each => each.at > at).length;
  }
}

/** Files in memory, of which it is known until when the token in them is good. */
export class MemoryOutlet implements ITokenOutlet {
  readonly files = new Map<string, string>();
  full = false;

  async write(target: string, token: string) {
    if (this.full) {
      throw new DataLakeError('token-file', 'No space is left.');
    }
    this.files.set(target, token);
  }

  async holds(target: string, token: string) {
    return this.files.get(target) === token;
  }

  async remove(target: string) {
    this.files.delete(target);
  }

  goodUntil(target: string): number {
    return Number(this.files.get(target)?.split('@')[1] ?? 0);
  }
}
