import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenIn, usualTokenFiles } from '../token-file.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'token-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['abc.def\n', 'abc.def'],
  ['oauth2:abc.def:issuer', 'abc.def'],
  ['', null],
  ['\n', null]
])('reads %j', async (text, token) => {
  const file = join(folder, 'token');
  writeFileSync(file, text);
  expect(await tokenIn(file)).toBe(token);
});

it('takes no file for no token, and says what is none', async () => {
  expect(await tokenIn(join(folder, 'none'))).toBeNull();
  await expect(tokenIn(folder)).rejects.toMatchObject({ code: 'token-file' });
  const file = join(folder, 'page');
  writeFileSync(file, 'two words\r\nX-Header: a');
  await expect(tokenIn(file)).rejects.toMatchObject({ code: 'token-file' });
});

it('looks where others look', () => {
  expect(usualTokenFiles({ BEARER_TOKEN_FILE: '/a/token', XDG_RUNTIME_DIR: '/run' }, 7)).toEqual([
    '/a/token',
    '/run/bt_u7',
    '/tmp/bt_u7'
  ]);
  expect(usualTokenFiles({}, 7)).toEqual(['/tmp/bt_u7']);
});
