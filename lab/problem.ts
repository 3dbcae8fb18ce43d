/** Something that the person who started the lab can mend; the message says how. */
export class LabError extends Error {
  override name = 'LabError';
}
