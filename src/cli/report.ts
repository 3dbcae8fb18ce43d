import { writeFileSync } from 'node:fs';
import { arch, platform, release } from 'node:os';
import { resolve } from 'node:path';
import { DataLakeError } from '../common/contract/problem.js';
import { scrub } from '../common/core/scrub.js';
import type { IFinding } from './doctor.js';

/** Variables that decide what we do. Their names are told; of values only whether there is one. */
const OURS = /^(RUCIO|DATALAKE|JUPYTER|X509|SSL_CERT|OIDC|HTTPS?_PROXY|NO_PROXY|XRD)/i;

/** What the doctor found, with the versions of everything, to attach to a bug report. */
export interface IReport {
  made: string;
  versions: Record<string, string>;
  system: string;
  /** Set variables that matter, without their values. */
  environment: string[];
  findings: (IFinding & { milliseconds: number })[];
}

/** Every text in it goes through the scrubber: no token, password or terminal escape gets in. */
export function makeReport(
  findings: IReport['findings'],
  version: string,
  env: NodeJS.ProcessEnv,
  now: Date
): IReport {
  return {
    made: now.toISOString(),
    versions: {
      'jupyterlab-datalake': version,
      node: process.versions.node,
      openssl: process.versions.openssl
    },
    system: `${platform()} ${release()} ${arch()}`,
    environment: Object.keys(env)
      .filter(name => OURS.test(name) && env[name] !== '')
      .sort(),
    findings: findings.map(finding => ({ ...finding, message: scrub(finding.message) }))
  };
}

/** Writes a new file, only for its owner. Throws `conflict` where there is one, `bad-request` where none can be. */
export function writeReport(file: string, report: IReport): string {
  const path = resolve(file);
  try {
    writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new DataLakeError(
      exists ? 'conflict' : 'bad-request',
      exists
        ? `${path} is there already: name another file with --report FILE.`
        : `${path} cannot be written: name another file with --report FILE.`,
      { cause }
    );
  }
  return path;
}
