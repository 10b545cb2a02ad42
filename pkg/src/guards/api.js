/** What every entry to the guards offers. An entry adds where the module comes from. */
export { PortcullisError } from '../error.js';
export { Guards } from './guards.js';
export { guardsReady as ready, guardsVersion as version } from './runtime.js';
