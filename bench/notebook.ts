import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '../ui-tests/support/chromium.ts';
import { exchange } from './client.ts';
import { OUR_INSTANCE, ours } from './contestants.ts';
import type { IJupyterUnderTest } from './server-under-test.ts';

const PATIENCE_MS = 120_000;

export interface IVariable {
  name: string;
  /** Of a file. */
  did: string;
}

/** Writes a notebook with these variables, as each of the two extensions keeps them, and one cell. */
export async function writeNotebook(
  server: IJupyterUnderTest,
  name: string,
  variables: readonly IVariable[],
  source: string
): Promise<void> {
  const metadata = server.name === 'ours' ? ourCart(variables) : theirCart(variables);
  const kernelspec = { name: 'python3', display_name: 'Python 3 (ipykernel)', language: 'python' };
  const cell = { id: 'cell-0', cell_type: 'code', metadata: {}, source, outputs: [] };
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec, ...metadata },
    cells: [{ ...cell, execution_count: null }]
  };
  writeFileSync(path.join(server.notebooks, name), JSON.stringify(notebook));
  if (server.name === 'ours') {
    const items = variables.map(variable => ({
      instance: OUR_INSTANCE,
      did: variable.did,
      variableName: variable.name
    }));
    const { status, text } = await exchange(server, {
      method: 'PUT',
      path: ours('/cart/accepted'),
      body: { notebook: name, items }
    });
    if (status !== 200) throw new Error(`The cart could not be accepted (${status}): ${text}`);
  }
}

const ourCart = (variables: readonly IVariable[]) =>
  Object.fromEntries(
    variables.map(({ name, did }) => [
      `datalake:${OUR_INSTANCE}/${did}`,
      {
        version: 1,
        did,
        type: 'FILE',
        variableName: name,
        instance: OUR_INSTANCE,
        addedAt: '2026-01-01T00:00:00Z'
      }
    ])
  );

const theirCart = (variables: readonly IVariable[]) => ({
  rucio_attachments: variables.map(({ name, did }) => ({ did, type: 'file', variableName: name }))
});

/** Opens it in JupyterLab and runs its cell. */
export async function openNotebook(
  page: Page,
  { url, token }: IJupyterUnderTest,
  name: string
): Promise<void> {
  await page.goto(`${url}lab/tree/${name}?token=${token}`, { timeout: PATIENCE_MS });
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached', timeout: PATIENCE_MS });
  const panel = page.locator('.jp-NotebookPanel:not(.lm-mod-hidden)');
  // A cell that is run before there is a kernel opens a dialog instead.
  await page.getByText('Python 3 (ipykernel) | Idle').waitFor({ timeout: PATIENCE_MS });
  await panel.locator('.jp-CodeCell .jp-InputPrompt').first().click();
  await page.keyboard.press('Control+Enter');
  await panel
    .locator('.jp-CodeCell .jp-InputPrompt', { hasText: '[1]:' })
    .waitFor({ timeout: PATIENCE_MS });
}
