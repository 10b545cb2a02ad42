export * from './guards.js';
import type { ModuleSource } from './manual.js';

/** Starts the guard module at once. @throws {PortcullisError} `MODULE_INVALID` */
export function initSync(source: WebAssembly.Module | BufferSource): void;

/** Starts the guard module. @throws {PortcullisError} `MODULE_UNAVAILABLE` or `MODULE_INVALID` */
export function init(source: ModuleSource | Promise<ModuleSource>): Promise<void>;
