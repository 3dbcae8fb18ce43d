import { Signal, type ISignal } from '@lumino/signaling';
import { toProblem, type Problem } from '../../common/contract/problem.js';
import type { ILake } from '../../sidebar/browser/tokens.js';
import type { SearchType } from '../contract.js';
import type { Branch } from './branch.js';
import type { SearchHistory } from './history.js';
import { contentLoader, searchLoader } from './loaders.js';
import { ScopeSearch } from './scope-search.js';
import { ownFirst, scopeItems, scopesQuery, type Scopes } from './scopes-query.js';
import { matchingScopes, parseSearch, type Search } from './search-text.js';
import type { CatalogueSettings, Where } from './settings.js';
import { TreeModel, type ITreeOptions } from './tree-model.js';

/** What a search has come to. */
export type Results =
  | { kind: 'finding-scopes' }
  /** The scopes could not be listed. */
  | { kind: 'failed'; problem: Problem }
  | { kind: 'no-scope' }
  | { kind: 'one'; scope: string; tree: TreeModel }
  | { kind: 'many'; search: ScopeSearch };

/** What is searched for, and what was found. An answer to an older search is never shown. */
export class CatalogueModel {
  constructor(
    private readonly _lake: ILake,
    private readonly _settings: CatalogueSettings,
    readonly history: SearchHistory,
    readonly instance?: string
  ) {
    _settings.changed.connect(this._onSettings, this);
    this._onSettings();
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Fires when the search box is to take the focus. */
  get focusRequested(): ISignal<this, void> {
    return this._focusRequested;
  }

  /** What stands in the box. */
  get text(): string {
    return this._text;
  }

  get type(): SearchType {
    return this._type;
  }

  /** Where a pattern without a scope is looked for. */
  get where(): Where {
    return this._where;
  }

  /** What was asked for last. */
  get search(): Search {
    return this._search;
  }

  get results(): Results | null {
    return this._results;
  }

  /** Rises when what is shown at home is to be asked again. */
  get homeVersion(): number {
    return this._homeVersion;
  }

  setText(text: string): void {
    this._text = text;
    this._changed.emit();
  }

  setType(type: SearchType): void {
    this._type = type;
    this._again();
  }

  setWhere(where: Where): void {
    this._where = where;
    this._again();
  }

  requestFocus(): void {
    this._focusWanted = true;
    this._focusRequested.emit();
  }

  /** Answers once whether the box is to take the focus: it may be asked before there is a box. */
  takeFocusRequest(): boolean {
    const wanted = this._focusWanted;
    this._focusWanted = false;
    return wanted;
  }

  /** Searches for what stands in the box, or for this text. */
  run(text = this._text): void {
    this._text = text;
    this._search = parseSearch(text);
    if (this._search.kind === 'search') {
      this.history.add(text.trim());
    }
    this._start();
  }

  /** Asks again for all that is shown. */
  refresh(): void {
    void this._lake.queries.invalidateQueries({ queryKey: ['catalogue'] });
    this._homeVersion += 1;
    this._start();
  }

  /** The tree at home: scopes, those of the account first. */
  home(scopes: Scopes, filter: string): TreeModel {
    const type = this._type === 'all' ? 'collection' : this._type;
    return new TreeModel(scopeItems(scopes, filter), {
      ...this._options(),
      scopeLoader: scope => this._loader(scope, '*', type),
      scopeNote: this._type === 'all' ? 'only-collections' : null
    });
  }

  /** Lists a scope with its files, in place of the list without them. */
  showFiles(tree: TreeModel, { parent, label }: Branch): void {
    if (parent !== null) {
      tree.adopt(parent, this._loader(label, '*', 'all'), label);
    }
  }

  dispose(): void {
    this._drop();
    Signal.clearData(this);
  }

  private _again(): void {
    if (this._search.kind === 'search') {
      this._start();
    } else {
      this._changed.emit();
    }
  }

  private _start(): void {
    this._drop();
    if (this._search.kind === 'search') {
      void this._find(this._search.scope, this._search.pattern);
    }
    this._changed.emit();
  }

  private async _find(scope: string | null, pattern: string): Promise<void> {
    if (scope !== null && !scope.includes('*')) {
      const tree = new TreeModel(this._loader(scope, pattern, this._type), this._options());
      this._results = { kind: 'one', scope, tree };
      return;
    }
    const turn = this._turn;
    this._results = { kind: 'finding-scopes' };
    try {
      const scopes = await this._lake.queries.fetchQuery(scopesQuery(this._lake, this.instance));
      if (turn === this._turn) {
        this._searchIn(this._chosen(scope, scopes), scopes, pattern);
      }
    } catch (error) {
      if (turn === this._turn) {
        this._results = { kind: 'failed', problem: toProblem(error) };
      }
    }
    this._changed.emit();
  }

  private _chosen(scope: string | null, scopes: Scopes): readonly string[] {
    if (scope !== null) {
      return matchingScopes(scope, ownFirst(scopes));
    }
    return this._where === 'own' ? scopes.own : ownFirst(scopes);
  }

  private _searchIn(chosen: readonly string[], { own }: Scopes, pattern: string): void {
    if (chosen.length === 0) {
      this._results = { kind: 'no-scope' };
      return;
    }
    const type = this._type;
    const loader = (scope: string) => this._loader(scope, pattern, type);
    const search = new ScopeSearch(chosen, new Set(own), loader, this._options());
    this._results = { kind: 'many', search };
    search.start();
  }

  private _loader(scope: string, pattern: string, type: SearchType) {
    return searchLoader(this._lake, this.instance, scope, pattern, type);
  }

  private _options(): ITreeOptions {
    return {
      scopeLoader: scope => this._loader(scope, '*', this._type),
      contentLoader: did => contentLoader(this._lake, this.instance, did),
      limit: this._settings.values.rowLimit
    };
  }

  private _drop(): void {
    this._turn += 1;
    if (this._results?.kind === 'one') {
      this._results.tree.dispose();
    } else if (this._results?.kind === 'many') {
      this._results.search.dispose();
    }
    this._results = null;
  }

  private _onSettings(): void {
    const { defaultType, defaultScopes } = this._settings.values;
    this._type = defaultType;
    this._where = defaultScopes;
    this._again();
  }

  private _text = '';
  private _type: SearchType = 'all';
  private _where: Where = 'all';
  private _search: Search = { kind: 'home' };
  private _results: Results | null = null;
  private _turn = 0;
  private _homeVersion = 0;
  private _focusWanted = false;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _focusRequested = new Signal<this, void>(this);
}
