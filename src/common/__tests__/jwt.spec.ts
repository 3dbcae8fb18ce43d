import { claimsOf } from '../server/jwt.js';

const jwt = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;

it('reads what a token claims', () => {
  const claims = { exp: 20, iat: 10, iss: 'https://iam.example', sub: 'alice', aud: 'rucio' };
  expect(claimsOf(jwt(claims))).toEqual({
    expiresAt: 20_000,
    issuedAt: 10_000,
    issuer: 'https://iam.example',
    subject: 'alice',
    audience: ['rucio']
  });
  expect(claimsOf(jwt({ aud: ['a', 7, 'b'] })).audience).toEqual(['a', 'b']);
});

it.each(['not a token', 'a.b.c', jwt([]), `x.${Buffer.from('null').toString('base64url')}.y`])(
  'reads no claims from %j',
  text => {
    expect(claimsOf(text)).toEqual({
      expiresAt: null,
      issuedAt: null,
      issuer: null,
      subject: null,
      audience: []
    });
  }
);
