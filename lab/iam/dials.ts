import * as z from 'zod';

/** What happens to requests instead of, or after, their answer. The lab's own routes are spared. */
const Fault = z.strictObject({
  /** Only requests whose path begins so; default: all. */
  path: z.string().optional(),
  /** Only so many requests; default: until it is taken away. */
  count: z.int().positive().optional(),
  /** Before anything else happens. */
  delaySeconds: z.number().nonnegative().optional(),
  status: z.int().min(200).max(599).optional(),
  retryAfterSeconds: z.int().nonnegative().optional(),
  /** Instead of OAuth's JSON; HTML is said to be HTML, all else to be JSON. */
  body: z.string().optional(),
  /**
   * `before`: the connection is dropped and nothing was done. `after`: it was done, and the answer is lost.
   * `half`: the answer breaks off in the middle.
   */
  cut: z.enum(['before', 'after', 'half']).optional()
});
export type IFault = z.infer<typeof Fault>;

/** What tests turn while the IAM runs. A restart of the IAM turns all of it back. */
const Dials = z.strictObject({
  accessTokenSeconds: z.int().positive(),
  refreshTokenSeconds: z.int().positive(),
  /** Whether each refresh replaces the refresh token. */
  rotate: z.boolean(),
  /** Added to the IAM's clock, by which tokens are dated and judged. */
  skewSeconds: z.int(),
  fault: Fault.nullable(),
  /** Besides those of the settings, by client. */
  redirectUris: z.record(z.string(), z.array(z.url()))
});
export type IDials = z.infer<typeof Dials>;

/** What a request to turn some of the dials may say. */
export const DialChanges = Dials.partial();

export function newDials(accessTokenSeconds: number): IDials {
  return {
    accessTokenSeconds,
    refreshTokenSeconds: 30 * 86_400,
    rotate: true,
    skewSeconds: 0,
    fault: null,
    redirectUris: {}
  };
}
