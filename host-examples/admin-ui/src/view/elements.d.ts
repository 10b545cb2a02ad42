import type { Catalog } from './catalog.js';
import type { Claim } from './claim.js';
import type { ClaimField } from './claim-field.js';
import type { Definition } from './definition.js';
import type { Findings } from './findings.js';
import type { Inspector } from './inspector.js';
import type { Operations } from './operations.js';
import type { Tree } from './tree.js';
import type { Workflows } from './workflows.js';

declare global {
  interface HTMLElementTagNameMap {
    'pc-catalog': Catalog;
    'pc-claim': Claim;
    'pc-claim-field': ClaimField;
    'pc-definition': Definition;
    'pc-findings': Findings;
    'pc-inspector': Inspector;
    'pc-operations': Operations;
    'pc-tree': Tree;
    'pc-workflows': Workflows;
  }
}
