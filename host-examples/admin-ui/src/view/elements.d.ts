import type { Catalog } from './catalog.js';
import type { Claim } from './claim.js';
import type { ClaimField } from './claim-field.js';
import type { Inspector } from './inspector.js';
import type { Operations } from './operations.js';
import type { Tree } from './tree.js';

declare global {
  interface HTMLElementTagNameMap {
    'pc-catalog': Catalog;
    'pc-claim': Claim;
    'pc-claim-field': ClaimField;
    'pc-inspector': Inspector;
    'pc-operations': Operations;
    'pc-tree': Tree;
  }
}
