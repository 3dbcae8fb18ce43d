export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

/** Where the routes are that no other identity provider has. */
export const LAB_ROUTES = '/_lab/';
