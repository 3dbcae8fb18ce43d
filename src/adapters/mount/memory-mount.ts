import type { IMountProber, MountLook, Seen } from '../../availability/core/ports.js';
import { DataLakeError } from '../../common/contract/problem.js';

/** A mount in memory: what is there is said path by path; for tests. */
export class MemoryMount implements IMountProber {
  /** What is at a path that nothing else was said of. */
  all: ((path: string) => Seen) | null = null;
  state: MountLook | 'hanging' = 'there';
  /** How many paths were looked at. */
  looks = 0;

  set(path: string, seen: Seen): void {
    this._paths.set(path, seen);
  }

  async look(paths: readonly string[]): Promise<readonly Seen[]> {
    this._answers();
    this.looks += paths.length;
    return paths.map(path =>
      this.state === 'there' ? (this._paths.get(path) ?? this.all?.(path) ?? 'missing') : 'missing'
    );
  }

  async lookAtMount(): Promise<MountLook> {
    this._answers();
    return this.state as MountLook;
  }

  private _answers(): void {
    if (this.state === 'hanging') {
      throw new DataLakeError('mount-not-answering', 'The mount does not answer.');
    }
  }

  private readonly _paths = new Map<string, Seen>();
}
