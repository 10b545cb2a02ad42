/** What the entries to the guards share, in one file of what is published. Not an entry of its own. */
export * from './guards.js';
export * from './runtime.js';
