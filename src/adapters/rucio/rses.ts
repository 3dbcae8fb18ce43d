import * as z from 'zod';
import type { IRseFacts, IRses } from '../../availability/core/ports.js';
import type { RucioHttp } from './http.js';
import { LFN2PFN } from './lfn2pfn.js';
import { rucioPath } from './path.js';
import { Known } from './wire.js';

const Operations = z.record(z.string(), Known);

const Protocol = z.object({
  scheme: z.string(),
  hostname: z.string(),
  port: z.number(),
  prefix: z.string().nullish(),
  domains: z.object({ lan: Operations.optional(), wan: Operations.optional() })
});

const Rse = z.object({
  rse: z.string(),
  deterministic: z.boolean(),
  lfn2pfn_algorithm: z.string().nullish(),
  protocols: z.array(Protocol)
});

/** RSEs over Rucio's REST interface. */
export class RucioRses implements IRses {
  constructor(private readonly _http: RucioHttp) {}

  async facts(rse: string, signal: AbortSignal): Promise<IRseFacts> {
    const found = await this._http.json({ path: rucioPath`/rses/${rse}`, signal }, Rse);
    const algorithm = found.deterministic ? (found.lfn2pfn_algorithm ?? 'hash') : '';
    return {
      rse: found.rse,
      prefixes: found.protocols.toSorted((a, b) => priority(a) - priority(b)).map(pfnPrefix),
      suffixOf: Object.hasOwn(LFN2PFN, algorithm) ? LFN2PFN[algorithm] : null
    };
  }

  /** Of the expression; null: all there are. */
  async matching(expression: string | null, signal: AbortSignal): Promise<readonly string[]> {
    const names: string[] = [];
    const request = { path: '/rses/', query: { expression: expression ?? undefined }, signal };
    for await (const batch of this._http.items(request, z.object({ rse: z.string() }))) {
      names.push(...batch.map(({ rse }) => rse));
    }
    return names;
  }
}

/** What PFNs by this protocol begin with; ends with a slash. */
export function pfnPrefix({
  scheme,
  hostname,
  port,
  prefix
}: Pick<z.output<typeof Protocol>, 'scheme' | 'hostname' | 'port' | 'prefix'>): string {
  const path = `/${prefix ?? ''}/`.replace(/^\/(?=\/)/, '').replace(/\/\/$/, '/');
  // Rucio leaves out a port that there is none of.
  return `${scheme}://${hostname}${port > 0 ? `:${port}` : ''}${path}`;
}

/** As Rucio ranks them for reading from afar: 0 or 1 is the best, null is "not offered". */
function priority({ domains }: z.output<typeof Protocol>): number {
  return domains.wan?.read ?? domains.lan?.read ?? Number.MAX_SAFE_INTEGER;
}
