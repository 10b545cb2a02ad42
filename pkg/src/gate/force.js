/** What a gate goes by, as one thing that is replaced in one step: a policy, and the bundle that it came in. */
import { factsOfRequest } from './facts.js';

export class Force {
  #owned;
  #users = 0;
  #over = false;

  /** `owned`: the gate has made the policy, and gives it back. */
  constructor(policy, owned) {
    this.policy = policy;
    this.#owned = owned;
  }

  get bundle() {
    return this.policy.bundle;
  }

  get tenantHeader() {
    return this.policy.tenantHeader;
  }

  /** The facts of a request, as `authorize` takes them. */
  facts(request) {
    return factsOfRequest(request, this.tenantHeader);
  }

  /** Whoever decides by it keeps it until that is done. */
  enter() {
    this.#users += 1;
  }

  leave() {
    this.#users -= 1;
    this.#end();
  }

  /** Another is in force. */
  end() {
    this.#over = true;
    this.#end();
  }

  #end() {
    if (this.#over && this.#owned && this.#users === 0) this.policy.dispose();
  }
}
