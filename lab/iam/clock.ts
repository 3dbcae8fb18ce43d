const trueNow = Date.now;

/**
 * Makes the clock of this whole process wrong by so many seconds. Everything in oidc-provider that dates or
 * judges a token asks Date.now, so the IAM agrees with itself as one with a wrong clock does.
 */
export function setSkew(seconds: number): void {
  Date.now = seconds === 0 ? trueNow : () => trueNow() + seconds * 1000;
}
