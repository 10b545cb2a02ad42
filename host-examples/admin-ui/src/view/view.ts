/** A part of the page. It draws the session's state and is drawn again when that changes. */
import { LitElement } from 'lit';
import type { Session, State } from '../model/session.js';

export abstract class View extends LitElement {
  static override properties = { session: { attribute: false } };
  declare session: Session;

  readonly #changed = (): void => this.requestUpdate();

  protected get state(): State {
    return this.session.state;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.session.addEventListener('change', this.#changed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.session.removeEventListener('change', this.#changed);
  }
}
