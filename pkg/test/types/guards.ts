/** What the guards take and give, and what they refuse. */
import { expectTypeOf } from 'expect-type';
import { request } from 'node:https';
import { Guards, PortcullisError, ready, version, type LintFinding, type WebhookVerdict } from 'portcullis/guards';
import { init, initSync } from 'portcullis/guards/manual';
import { PortcullisError as TheSame } from 'portcullis';
import { WebhookAgent, Webhooks, type WebhookAnswer } from 'portcullis/webhooks';

const guards = new Guards({ portcullis: 1 });
expectTypeOf(guards.checkWebhook(new URL('https://x/'), ['::1'])).toEqualTypeOf<WebhookVerdict>();
expectTypeOf(guards.lintWorkflow('{}').findings).toEqualTypeOf<LintFinding[]>();
expectTypeOf(guards.mask({ a: 1 }, { hashKey: null }).masked).toEqualTypeOf<string[]>();
expectTypeOf(guards.shown({ decision: true }, '{}')).toEqualTypeOf<unknown>();
const rendered = guards.renderTemplate('', {}, { channel: 'header' });
if (rendered.failed) expectTypeOf(rendered.failed.line).toBeNumber();
else expectTypeOf(rendered.output).toBeString();
expectTypeOf(guards.simulateWorkflow({}, { entity_type: 'x', operation: 'create' }).outcome).toEqualTypeOf<'holds' | 'fails' | 'unknown'>();
// @ts-expect-error no such channel
guards.renderTemplate('', {}, { channel: 'xml' });
// @ts-expect-error no such operation
guards.simulateWorkflow({}, { entity_type: 'x', operation: 'drop' });
// @ts-expect-error addresses are texts
guards.checkWebhook('', [1]);
expectTypeOf(Guards.workflowRules()[0]!.id).toBeString();
expectTypeOf(PortcullisError).toEqualTypeOf(TheSame);
expectTypeOf(version().abi).toBeNumber();
expectTypeOf(ready).returns.resolves.toBeVoid();
expectTypeOf(init(new Response())).resolves.toBeVoid();
initSync(new Uint8Array());

const webhooks = new Webhooks(guards, { timeout: 5, resolve: async () => ['::1'], ca: '' });
expectTypeOf(webhooks.send('https://x/', { body: new Uint8Array(), headers: { a: 'b' } })).resolves.toEqualTypeOf<WebhookAnswer>();
// @ts-expect-error certificates are verified
new Webhooks(guards, { rejectUnauthorized: false });
request('https://x/', { agent: new WebhookAgent(guards) });
using disposed = guards;
void disposed;
