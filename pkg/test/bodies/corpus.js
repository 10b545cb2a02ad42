/** The corpus: every case as it expects, and one hash over all decisions, the same on every host. */
import { Policy } from 'portcullis';
import { equal, ok, test } from '../harness.js';

/** `groups` are the files of the corpus by name, in the order of the names. */
export function corpus(groups) {
  test('the corpus is decided as it expects', async () => {
    const transcript = [];
    for (const [name, { policy: document, jwks, now = 0, receipts: receipt, cases }] of groups) {
      const policy = new Policy(document, { jwks, receipts: receipt });
      for (const { id, why, expect, now: at = now, tenant = null, preflight = false, facts, ...asked } of cases) {
        const decision = await policy.authorize({ ...asked, ...facts, tenant, preflight }, { now: at, receipt });
        const operation = expect.operation ?? decision.operation;
        equal(
          [decision.reason, decision.stage, decision.operation, decision.decision],
          [expect.reason, expect.stage ?? null, operation, expect.stage == null],
          `${name}/${id}: ${why}`,
        );
        transcript.push(`${name}/${id} ${JSON.stringify(decision)}\n`);
      }
      policy.dispose();
    }
    ok(transcript.length > 250, `the corpus has shrunk to ${transcript.length} cases`);
    const bytes = new TextEncoder().encode(transcript.join(''));
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return `transcript ${transcript.length} ${hex}`;
  });
}
