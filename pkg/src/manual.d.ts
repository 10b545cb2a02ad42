export * from './index.js';

/** What holds the module. */
export type ModuleSource = WebAssembly.Module | BufferSource | Response;

/** Starts the module at once. @throws {PortcullisError} `MODULE_INVALID` */
export function initSync(source: WebAssembly.Module | BufferSource): void;

/** Starts the module. @throws {PortcullisError} `MODULE_UNAVAILABLE` or `MODULE_INVALID` */
export function init(source: ModuleSource | Promise<ModuleSource>): Promise<void>;
