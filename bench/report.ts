import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import path from 'node:path';
import { CHECKOUT } from '../lab/places.ts';
import { REFERENCE_VERSION } from './contestants.ts';
import type { IFigure, IRow } from './figure.ts';

const REQUIREMENTS = path.join(CHECKOUT, 'lab/requirements.txt');

/** Where and with what it was measured; nothing that names this machine or its folders. */
export function circumstances(command: string): object {
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: CHECKOUT, encoding: 'utf8' }).trim();
  const rucio = /^rucio==?([\w.]+)/m.exec(readFileSync(REQUIREMENTS, 'utf8'))?.[1];
  return {
    command,
    date: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryGB: Math.round(totalmem() / 1e9),
      linux: release(),
      /** Of the minute before the end: more than the cores means that others worked, too. */
      load: Math.round((loadavg()[0] ?? 0) * 10) / 10
    },
    versions: {
      commit: git('rev-parse', '--short', 'HEAD'),
      changed: git('status', '--porcelain', '--', 'src', 'jupyterlab_datalake', 'lab') !== '',
      node: process.versions.node,
      rucio: rucio ?? 'see lab/requirements.txt',
      reference: `rucio-jupyterlab ${REFERENCE_VERSION}`
    }
  };
}

/** The figures as Markdown. */
export function tables(figures: readonly IFigure[]): string {
  return figures.map(({ name, rows }) => `## ${name}\n\n${table(rows)}\n`).join('\n');
}

function table(rows: readonly IRow[]): string {
  const cell = (value: number | null | undefined, unit: string) =>
    value === undefined ? '' : value === null ? 'none' : `${value} ${unit}`.trim();
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['', 'Rucio itself', 'this extension', 'reference', 'ours / reference', 'aim']),
    line(['---', '--:', '--:', '--:', '--:', '---']),
    ...rows.map(({ what, unit, rucio, ours, reference, aim }) => {
      const ratio = ours && reference ? (ours / reference).toPrecision(2) : '';
      const values = [rucio, ours, reference].map(value => cell(value, unit));
      return line([what, ...values, ratio, aim ?? '']);
    })
  ].join('\n');
}

/** Adds this run to results/<date>.json, or <date>-<series>.json; answers its path in the checkout. */
export function write(figures: readonly IFigure[], command: string, series = ''): string {
  const date = new Date().toISOString().slice(0, 10);
  const name = `bench/results/${date}${series === '' ? '' : `-${series}`}.json`;
  const file = path.join(CHECKOUT, name);
  mkdirSync(path.dirname(file), { recursive: true });
  const runs = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { runs: unknown[] }).runs
    : [];
  runs.push({ ...circumstances(command), figures });
  writeFileSync(file, JSON.stringify({ runs }, undefined, 1) + '\n');
  return name;
}
