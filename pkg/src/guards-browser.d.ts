export * from './guards.js';
import type { ModuleSource } from './manual.js';

/**
 * Fetches, compiles and starts the guard module. Idempotent; one that failed is tried again when it is
 * next called. `source` is for bundlers and servers that put the file elsewhere.
 * @throws {PortcullisError} `MODULE_UNAVAILABLE` or `MODULE_INVALID`
 */
export function ready(source?: string | URL | ModuleSource | Promise<ModuleSource>): Promise<void>;
