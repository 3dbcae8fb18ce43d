/** Runs one step of the work and prints a line when it has ended: what was done and how long it took. */
export async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  const seconds = (performance.now() - began) / 1000;
  say(`${what} (${seconds.toFixed(1)} s)`);
  return result;
}

/** One line on stderr: stdout belongs to data such as the exports of `env`. */
export function say(line: string): void {
  process.stderr.write(`lab: ${line}\n`);
}
