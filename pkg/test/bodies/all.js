/** Every test that runs in every runtime. */
import './policy.js';
import './claim.js';
import './gate.js';
import './jwks.js';
import './token-cache.js';
import './bundles.js';
import './records.js';
import './guards.js';
import './memory.js';
import './rows.js';
// Last: it wrecks the module, time and again.
import './trap.js';
