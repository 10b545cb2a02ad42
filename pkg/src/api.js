/** What every entry offers. An entry adds where the module comes from. */
export { Bundle } from './bundle.js';
export { mapCatalog } from './catalog.js';
export { Claim } from './claim.js';
export { PortcullisError } from './error.js';
export { Gate } from './gate/gate.js';
export { KeySet } from './keys.js';
export { Policy } from './policy.js';
export { ready, version } from './runtime.js';
