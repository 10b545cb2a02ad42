/** Chooses the catalog: the built-in one, or one made from a file that does not leave the page. */
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Session } from '../model/session.js';
import { importDocument, ImportError, isCatalog, mainOf, parse, type IdMode, type Imported } from '../openapi/import.js';
import { answers, controls, reset } from '../style/shared.js';
import * as icons from './icons.js';

export const BUILT_IN = 'Workflow API';
const MOST_LINES = 50;

export class Catalog extends LitElement {
  static override properties = { session: { attribute: false } };
  declare session: Session;
  #files: ReadonlyMap<string, unknown> = new Map();
  #file = '';
  #root = 'api';
  #ids: IdMode = 'tags';
  #renames = '';
  #suggested: readonly string[] = [];
  #problems: readonly string[] = [];
  #imported: Imported | null = null;
  #busy = false;

  open(): void {
    this.requestUpdate();
    void this.updateComplete.then(() => this.renderRoot.querySelector('dialog')!.showModal());
  }

  /** Reads files that were chosen together: a document, and those that it refers to. */
  async take(files: readonly File[]): Promise<void> {
    this.#file = files.map(({ name }) => name).join(', ');
    this.#files = new Map();
    this.#busy = true;
    this.#renames = '';
    this.#suggested = this.#problems = [];
    this.#imported = null;
    this.requestUpdate();
    try {
      const parsed = new Map<string, unknown>();
      for (const file of files) parsed.set(file.name, await parse(await file.text(), file.name));
      this.#file = mainOf(parsed);
      this.#root = this.#file.toLowerCase().replace(/\.(json|ya?ml)$/, '').replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '') || 'api';
      this.#files = parsed;
      this.#import();
    } catch (error) {
      this.#fail(error);
    }
    this.#busy = false;
    this.requestUpdate();
  }

  override render(): TemplateResult {
    const { catalog } = this.session.state;
    return html`<dialog aria-labelledby="title">
      <form method="dialog" @submit=${this.#use}>
        <h2 id="title">Catalog</h2>
        <p class="about">Which operations exist. A file is read here and goes nowhere.</p>
        ${catalog.setup.catalog ? html`<p><button type="button" @click=${this.#builtIn}>Use the built-in ${BUILT_IN}</button></p>` : nothing}
        <label class="file">${icons.file}<span>${this.#file === '' ? 'Choose an OpenAPI document (JSON or YAML), with the files that it refers to, or a catalog file' : this.#file}</span>
          <input type="file" multiple accept=".json,.yaml,.yml,application/json" @change=${this.#chosen} /></label>
        ${this.#options()}
        <div aria-live="polite">${this.#outcome()}</div>
        <p class="actions">
          <button type="button" class="quiet" @click=${this.#close}>Cancel</button>
          <button class="primary" ?disabled=${!this.#imported}>Use this catalog</button>
        </p>
      </form>
    </dialog>`;
  }

  #options(): TemplateResult | typeof nothing {
    if (this.#files.size === 0 || isCatalog(this.#files.get(this.#file))) return nothing;
    const mode = (ids: IdMode, name: string): TemplateResult => html`<option value=${ids} ?selected=${ids === this.#ids}>${name}</option>`;
    return html`<div class="options">
      <label>Root of all ids <input .value=${this.#root} spellcheck="false" @input=${(event: Event) => {
        this.#root = (event.target as HTMLInputElement).value;
        this.#again();
      }} /></label>
      <label>Ids are made of <select @change=${(event: Event) => {
        this.#ids = (event.target as HTMLSelectElement).value as IdMode;
        this.#again();
      }}>${mode('tags', 'tag and operationId')}${mode('id', 'operationId')}${mode('path', 'path and method')}</select></label>
      ${this.#renames === '' ? nothing : html`<label class="renames"><span>Ids given by hand, one <code>NAME = ID</code> a line</span>
        <textarea rows="4" spellcheck="false" .value=${this.#renames} @input=${(event: Event) => {
          this.#renames = (event.target as HTMLTextAreaElement).value;
          this.#again();
        }}></textarea></label>`}
    </div>`;
  }

  #outcome(): TemplateResult | typeof nothing {
    if (this.#busy) return html`<p class="about">Reading…</p>`;
    if (this.#problems.length > 0) {
      return html`<p class="answer deny">${icons.warning}No catalog can be made of it</p>${lines(this.#problems)}${this.#suggested.length > 0 ? html`<p><button type="button" @click=${this.#useSuggested}>Give them the suggested ids</button></p>` : nothing}`;
    }
    if (!this.#imported) return nothing;
    const { catalog, notices } = this.#imported;
    return html`<p class="answer allow">${icons.tick}${catalog.operations.length} operations</p>
      <p class="about">For example <code>${catalog.operations[0]?.id}</code></p>
      ${notices.length > 0 ? html`<p class="about">${notices.length} left out or changed:</p>${lines(notices)}` : nothing}`;
  }

  #useSuggested(): void {
    this.#renames = [this.#renames, ...this.#suggested].filter((line) => line !== '').join('\n');
    this.#again();
  }

  #chosen(event: Event): void {
    const files = [...((event.target as HTMLInputElement).files ?? [])];
    if (files.length > 0) void this.take(files);
  }

  #again(): void {
    this.#suggested = this.#problems = [];
    this.#imported = null;
    try {
      this.#import();
    } catch (error) {
      this.#fail(error);
    }
    this.requestUpdate();
  }

  #import(): void {
    const document = this.#files.get(this.#file);
    this.#imported = isCatalog(document) ? { catalog: document, notices: [] }
      : importDocument(this.#files, this.#file, { root: this.#root, ids: this.#ids, renames: this.#renames }, (request) => this.session.engine.map(request));
  }

  #fail(error: unknown): void {
    const { findings } = error as { findings?: { path: string; message: string }[] };
    this.#suggested = error instanceof ImportError ? error.renames : [];
    this.#problems = error instanceof ImportError ? error.problems
      : findings && findings.length > 0 ? findings.map(({ path, message }) => `${path}: ${message}`) : [(error as Error).message];
  }

  #use(event: SubmitEvent): void {
    event.preventDefault();
    if (!this.#imported) return;
    const { catalog } = this.#imported;
    this.#load(() => this.session.load({ ...this.session.state.catalog.setup, catalog }, this.#file), `${catalog.operations.length} operations of ${this.#file}.`);
  }

  #builtIn(): void {
    const { tenants } = this.session.state.catalog.setup;
    this.#load(() => this.session.load({ tenants }, BUILT_IN), `The operations of the ${BUILT_IN}.`);
  }

  #load(load: () => void, said: string): void {
    try {
      load();
      this.session.say('done', said);
      this.#close();
    } catch (error) {
      this.#imported = null;
      this.#fail(error);
      this.requestUpdate();
    }
  }

  #close(): void {
    this.renderRoot.querySelector('dialog')!.close();
  }

  static override styles = [reset, controls, answers, css`
    dialog {
      width: min(34rem, calc(100vw - 24px));
      max-height: calc(100dvh - 24px);
      padding: 20px;
      border: 1px solid var(--line-strong);
      border-radius: 8px;
      background: var(--surface);
      color: var(--ink);
    }
    dialog::backdrop {
      background: rgb(0 0 0 / 40%);
    }
    form {
      display: grid;
      gap: 12px;
    }
    .about {
      color: var(--ink-2);
      font-size: var(--small);
    }
    .file {
      position: relative;
      display: flex;
      align-items: center;
      gap: 10px;
      padding: 16px;
      border: 1px dashed var(--line-strong);
      border-radius: var(--radius);
      font-size: var(--small);
      overflow-wrap: anywhere;
    }
    .file:hover {
      background: var(--hover);
    }
    .file:focus-within {
      outline: 2px solid var(--accent);
    }
    .file input {
      position: absolute;
      inset: 0;
      height: 100%;
      opacity: 0;
      cursor: pointer;
    }
    .options {
      display: flex;
      flex-wrap: wrap;
      gap: 8px 16px;
      font-size: var(--small);
    }
    .options label {
      display: grid;
      gap: 4px;
    }
    .renames {
      flex-basis: 100%;
    }
    textarea {
      padding: 6px 8px;
      border: 1px solid var(--line-strong);
      border-radius: var(--radius);
      background: var(--surface);
      font: var(--tiny) / 1.5 var(--mono);
    }
    .lines {
      max-height: 11rem;
      margin-top: 6px;
      padding: 8px 10px;
      overflow-y: auto;
      border-radius: var(--radius);
      background: var(--sunken);
      font: var(--tiny) / 1.5 var(--mono);
      overflow-wrap: anywhere;
    }
    .lines li + li {
      margin-top: 4px;
    }
    .lines + p {
      margin-top: 8px;
    }
    .actions {
      display: flex;
      justify-content: flex-end;
      gap: 8px;
    }
  `];
}

function lines(texts: readonly string[]): TemplateResult {
  const more = texts.length - MOST_LINES;
  return html`<ul class="lines" tabindex="0">${texts.slice(0, MOST_LINES).map((text) => html`<li>${text}</li>`)}
    ${more > 0 ? html`<li>and ${more} more</li>` : nothing}</ul>`;
}

customElements.define('pc-catalog', Catalog);
