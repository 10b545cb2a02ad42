/**
 * What the entries share, in one file of what is published: the module runs once, whichever of them
 * are imported. Not an entry of its own.
 */
export * from './bundle.js';
export * from './bytes.js';
export * from './catalog.js';
export * from './claim.js';
export * from './digest.js';
export * from './error.js';
export * from './gate/gate.js';
export * from './gate/headers.js';
export * from './gate/problem.js';
export * from './keys.js';
export * from './load.js';
export * from './exchange.js';
export * from './facts.js';
export * from './permit.js';
export * from './policy.js';
export * from './runtime.js';
export * from './source.js';
export * from './text.js';
export * from './trap.js';
/** The exports of the instance that runs: the tests wreck it. */
export { initSync as instance } from '../dist/glue.js';
