import * as z from 'zod';

/** A configured instance of Rucio by its name; left out: the first one. Never a URL. */
export const InstanceName = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, {
  message: 'An instance is named with letters, digits, dots, hyphens and underscores.'
});

/** What every request about one instance holds. */
export const OnInstance = z.object({ instance: InstanceName.optional() });
