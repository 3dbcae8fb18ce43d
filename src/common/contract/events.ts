import * as z from 'zod';

/**
 * What the server pushes to each window: that something has a new version, never what it is. The
 * truth is read again by the request that belongs to the key. `*` means: anything may have changed
 * (a reconnect, a restart of the server, a window that was too slow).
 */
export const LakeEvent = z.object({
  key: z.string().max(2000),
  version: z.number().int().nonnegative().optional()
});
export type LakeEvent = z.infer<typeof LakeEvent>;

/** What a window sends: all keys that it shows now. Replaces what it sent before. */
export const WatchMessage = z.object({ watch: z.array(z.string().max(2000)).max(5000) });
export type WatchMessage = z.infer<typeof WatchMessage>;

export const EVERYTHING = '*';
/** Who is signed in, and how the server is configured. */
export const SESSION_KEY = 'session';
/** Tokens and the sign-in that they come from. */
export const TOKENS_KEY = 'tokens';
/** The list of uploads: a job, or how far it is. */
export const UPLOADS_KEY = 'uploads';
/** Whether the mounted RSEs answer. */
export const MOUNTS_KEY = 'mounts';

export function availabilityKey(instance: string, did: string): string {
  return `availability/${instance}/${did}`;
}

/** The parts of an availability key, or null if it is another key. */
export function parseAvailabilityKey(key: string): { instance: string; did: string } | null {
  const match = /^availability\/([^/]+)\/(.+)$/.exec(key);
  return match === null ? null : { instance: match[1], did: match[2] };
}
