/** What a JWT claims (RFC 7519, section 4.1), unverified: for scheduling and display only. */
export interface IClaims {
  /** Milliseconds since 1970. */
  expiresAt: number | null;
  issuedAt: number | null;
  issuer: string | null;
  subject: string | null;
  audience: readonly string[];
}

/** The claims of a token; of one that is no JWT: none. */
export function claimsOf(token: string): IClaims {
  let claims: Partial<Record<string, unknown>> | null;
  try {
    claims = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
    ) as typeof claims;
  } catch {
    claims = null;
  }
  const time = (value: unknown) => (typeof value === 'number' ? value * 1000 : null);
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return {
    expiresAt: time(claims?.exp),
    issuedAt: time(claims?.iat),
    issuer: text(claims?.iss),
    subject: text(claims?.sub),
    audience: [claims?.aud].flat().filter(each => typeof each === 'string')
  };
}
