/** Catalogs from the operations of published OpenAPI documents. */
import { ask } from './runtime.js';

export function mapCatalog(request) {
  return ask('catalog.map', request);
}
