import type { Slice } from './app.js';
import type { ILake } from './lake.js';

/** Every slice's routes on this lake. The one list of what the server can do. */
export function makeSlices(_lake: ILake): Slice[] {
  return [];
}
