/** What a JWT claims (RFC 7519, section 4.1), unverified: for scheduling and display only. */
export interface IClaims {
  /** Milliseconds since 1970. */
  expiresAt: number | null;
  subject: string | null;
}

/** The claims of a token; of one that is no JWT: none. */
export function claimsOf(token: string): IClaims {
  let claims: { exp?: unknown; sub?: unknown } | null;
  try {
    claims = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
    ) as typeof claims;
  } catch {
    claims = null;
  }
  return {
    expiresAt: typeof claims?.exp === 'number' ? claims.exp * 1000 : null,
    subject: typeof claims?.sub === 'string' ? claims.sub : null
  };
}
