import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeReport, writeReport } from '../report.js';

const folder = mkdtempSync(join(tmpdir(), 'datalake-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl';
const ENV = {
  RUCIO_ACCOUNT: 'alice',
  OIDC_TOKEN: TOKEN,
  AWS_SECRET: 'very-secret',
  HTTPS_PROXY: 'http://alice:password-of-the-proxy@proxy',
  RUCIO_HOME: ''
};
const report = () =>
  makeReport(
    [
      {
        check: 'sign-in',
        ok: false,
        code: 'sign-in-refused',
        message: `Rucio said token=${TOKEN} password: hunter22\u001b[31m`,
        milliseconds: 12
      }
    ],
    '1.2.3',
    ENV,
    new Date('2026-11-21T12:00:00Z')
  );

it('has versions, findings with their times, and names of variables without their values', () => {
  expect(report()).toMatchObject({
    made: '2026-11-21T12:00:00.000Z',
    versions: { 'jupyterlab-datalake': '1.2.3', node: process.versions.node },
    environment: ['HTTPS_PROXY', 'OIDC_TOKEN', 'RUCIO_ACCOUNT'],
    findings: [{ check: 'sign-in', ok: false, code: 'sign-in-refused', milliseconds: 12 }]
  });
});

it('holds no secret and no terminal escape', () => {
  const text = JSON.stringify(report());
  for (const secret of [TOKEN, 'hunter22', 'very-secret', 'password-of-the-proxy', '\\u001b']) {
    expect(text).not.toContain(secret);
  }
});

it('is written for its owner alone, and over nothing', () => {
  const path = writeReport(join(folder, 'report.json'), report());
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(report());
  expect(() => writeReport(path, report())).toThrow('is there already');
  expect(() => writeReport(join(folder, 'none', 'report.json'), report())).toThrow('be written');
});
