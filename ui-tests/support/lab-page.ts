import { expect, type Locator, type Page } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER, SERVER } from './demo.ts';

let opened = 0;

export type Metadata = Readonly<Record<string, unknown>>;

/** A notebook of a story's own, with these cells. */
export function newNotebook(
  name: string,
  cells: readonly string[],
  metadata: Metadata = {}
): string {
  const path = `${name}.ipynb`;
  const kernelspec = { name: 'python3', display_name: 'Python 3 (ipykernel)', language: 'python' };
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec, ...metadata },
    cells: cells.map((source, index) => ({
      id: `cell-${index}`,
      cell_type: 'code',
      metadata: {},
      source,
      outputs: [],
      execution_count: null
    }))
  };
  writeFileSync(join(FOLDER, path), JSON.stringify(notebook));
  return path;
}

/** JupyterLab in one browser page, as a person meets it: signed in by the URL that the demo prints. */
export class LabPage {
  constructor(readonly page: Page) {}

  /** Opens JupyterLab with this notebook (or none) in a workspace that nobody else uses. */
  async open(notebook?: string): Promise<void> {
    const workspace = `story-${process.pid}-${Date.now()}-${opened++}`;
    const tree = notebook === undefined ? '' : `/tree/${notebook}`;
    await this.page.goto(`${SERVER.url}lab/workspaces/${workspace}${tree}?token=${SERVER.token}`);
    await this.isRestored();
    if (notebook !== undefined) {
      await expect(this.notebook).toBeVisible({ timeout: 60_000 });
      // The notebook's own sign is idle before there is a kernel; a cell that is run then opens a dialog.
      await expect(this.page.getByText('Python 3 (ipykernel) | Idle')).toBeVisible({
        timeout: 60_000
      });
      await this.kernelIsIdle();
    }
  }

  /**
   * A side panel is chosen late, the one that was open or in a new workspace the file browser; and later still
   * the launcher comes where nothing else is open. What is chosen or typed before that is lost to them.
   */
  async isRestored(): Promise<void> {
    await expect(this.page.locator('#jupyterlab-splash')).toHaveCount(0, { timeout: 60_000 });
    await expect(
      this.page.locator('.jp-SideBar.jp-mod-left').getByRole('tab', { selected: true })
    ).toHaveCount(1, { timeout: 60_000 });
    await expect(
      this.page.locator('#jp-main-dock-panel').getByRole('tab', { selected: true }).first()
    ).toBeVisible({ timeout: 60_000 });
  }

  /** The notebook that is shown. */
  get notebook(): Locator {
    return this.page.locator('.jp-NotebookPanel:not(.lm-mod-hidden)');
  }

  get cells(): Locator {
    return this.notebook.locator('.jp-CodeCell');
  }

  get panel(): Locator {
    return this.page.getByRole('region', { name: 'Data Lake', exact: true });
  }

  section(title: string): Locator {
    return this.panel.getByRole('region', { name: title });
  }

  async openPanel(): Promise<void> {
    const tab = this.page.getByRole('tab', { name: 'Data Lake' });
    // A click on the one that is shown would hide it.
    if ((await tab.getAttribute('aria-selected')) !== 'true') {
      await tab.click();
    }
    await expect(this.panel).toBeVisible();
  }

  async search(text: string): Promise<void> {
    const box = this.panel.getByRole('combobox', { name: 'Search the data lake' });
    await box.fill(text);
    await box.press('Enter');
  }

  /** The row of a DID in the catalogue; at this depth, where it stands at several. */
  row(did: string, level?: number): Locator {
    const depth = level === undefined ? '' : `[aria-level="${level}"]`;
    return this.panel.locator(`[role=row][data-did="${did}"]${depth}`);
  }

  /** An item of the cart in the panel. */
  cartItem(did: string): Locator {
    return this.section('Cart').locator(`.jp-DataLakeCartItem[data-did="${did}"]`);
  }

  /** By the button of its row in the catalogue. */
  async addToCart(did: string): Promise<void> {
    await this.row(did).hover();
    await this.row(did).getByRole('button', { name: 'Add to the cart' }).click();
    await expect(this.cartItem(did)).toBeVisible();
  }

  /** Into the cart of the notebook, and onto the mount. */
  async makeAvailable(did: string): Promise<void> {
    await this.addToCart(did);
    const make = this.section('Cart').getByRole('group', { name: 'Make Available' });
    await make.getByRole('button', { name: /^Make (all )?available$/ }).click();
    const item = this.cartItem(did);
    await expect(item.getByRole('img', { name: 'Available', exact: true })).toBeVisible({
      timeout: 90_000
    });
  }

  /** What the notebook's toolbar says of its data. */
  get pill(): Locator {
    return this.notebook.locator('.jp-DataLakePill').getByRole('status');
  }

  /** Chooses from the menu bar, by the words of each step. */
  async menu(bar: string, ...items: readonly string[]): Promise<void> {
    await this.page.getByRole('menuitem', { name: bar, exact: true }).click();
    for (const item of items) {
      await this.menuItem(item).click();
    }
  }

  /** An item of an open menu: its shortcut is not part of its words. */
  menuItem(label: string): Locator {
    return this.page.locator('.lm-Menu-itemLabel').getByText(label, { exact: true });
  }

  async kernelIsIdle(): Promise<void> {
    await expect(
      this.notebook.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    ).toBeVisible({ timeout: 60_000 });
  }

  /** Runs one cell and answers its output, when it has run. */
  async run(index: number): Promise<Locator> {
    const cell = this.cells.nth(index);
    await cell.locator('.jp-InputPrompt').click();
    await this.page.keyboard.press('Control+Enter');
    await expect(cell.locator('.jp-InputPrompt')).toHaveText(/\[\d+\]:/, { timeout: 90_000 });
    return cell.locator('.jp-OutputArea-output');
  }

  /** Runs one cell and answers the text that it printed. */
  async text(index: number): Promise<string> {
    const output = await this.run(index);
    return (await output.allInnerTexts()).join('\n').trim();
  }
}
