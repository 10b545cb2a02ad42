/** The guards: what the module says, the same in every runtime, and what becomes of it when it traps. */
import { Guards, PortcullisError, ready, version } from 'portcullis/guards';
import { Policy, PortcullisError as TheSame, ready as decisionReady } from 'portcullis';
import { guardsInstance } from '../../dist/guards/core.js';
import { before, equal, fails, ok, test } from '../harness.js';

const document = {
  portcullis: 1,
  webhooks: { allow_domains: ['hooks.example.com', '*.partner.example'] },
  masking: { fields: [{ name: 'iban', strategy: 'drop' }], detect: [{ kind: 'card' }] },
  templates: { variables: ['name', 'iban'] },
};
const hashing = { portcullis: 1, masking: { ...document.masking, fields: [...document.masking.fields, { pointer: '/orders/*/total', strategy: 'hash' }] } };
const KEY = '00112233445566778899aabbccddeeff';
const DEFINITION = `{
  "name": "greet",
  "tenant_id": "TenantA",
  "trigger": { "entity_type": "user", "operations": ["create"] },
  "actions": [
    { "type": "webhook", "url": "http://hooks.example.com/in", "method": "POST" }
  ]
}`;

before(() => ready());

test('guards: the module says its version, and errors are of one class', () => {
  equal(version().abi, 1);
  equal(PortcullisError === TheSame, true);
});

test('guards: a policy with mistakes is refused with all of them', async () => {
  const { findings } = await fails('POLICY_INVALID', () => new Guards({ portcullis: 1, webhooks: { schemes: ['ftp'] }, masking: { fields: [{ pointer: 'x' }] } }));
  equal(findings.map(({ path }) => path).sort(), ['/masking/fields/0/pointer', '/webhooks/schemes']);
  await fails('POLICY_INVALID', () => new Guards('{'));
  await fails('CALL_MALFORMED', () => new Guards(() => 5));
});

test('guards: masking hides, drops, and hashes for correlation, and lists what it did', async () => {
  const guards = new Guards(hashing);
  const asked = { user: { password: 'x', note: 'card 4111 1111 1111 1111' }, iban: 'DE1', orders: [{ total: 5 }, { total: 5 }] };
  const { document: masked, masked: pointers, erased } = guards.mask(asked, { hashKey: KEY });
  equal(masked.user.password, '****');
  ok(!JSON.stringify(masked).includes('4111'), JSON.stringify(masked));
  equal(erased, ['/iban']);
  equal(masked.orders[0].total, masked.orders[1].total);
  ok(masked.orders[0].total.startsWith('hmac:'), JSON.stringify(masked.orders));
  equal([...pointers].sort(), ['/orders/0/total', '/orders/1/total', '/user/note', '/user/password']);
  await fails('KEYS_INVALID', () => guards.mask(asked));
  await fails('KEYS_INVALID', () => guards.mask(asked, { hashKey: 'short' }));
  equal(asked.user.password, 'x', 'what was given is as it was');
  equal(new Guards().mask({ email: 'ann@example.com', password: 1 }).document, { email: 'ann@example.com', password: '****' });
});

test('guards: text is JSON and nothing else, whatever stands in it', async () => {
  const guards = new Guards(document);
  equal(guards.mask('{"secret": 1}').document, { secret: '****' });
  for (const text of ['', '{', '{}}', '{},"policy":null', '1},"hash_key":"x"', 'CANARY']) {
    const error = await fails('CALL_MALFORMED', () => guards.mask(text));
    ok(!`${error.message}${error.cause ?? ''}`.includes('CANARY'), String(error.cause));
  }
  await fails('CALL_MALFORMED', () => guards.mask(undefined));
  await fails('CALL_MALFORMED', () => guards.mask({ big: 1n }));
});

test('guards: a document is shown as a decision obliges, and what is denied is not', async () => {
  const policy = { portcullis: 1, declarations: { user: { id: 'string' } }, masking: document.masking, types: {
    order: { fields: { id: 'string', iban: 'string' }, rules: [{ name: 'self', when: "has(user.id) && user.id == 'ann'", grant: { find: true, view: 'all' } }] },
  } };
  await decisionReady();
  const [decides, guards] = [new Policy(policy), new Guards(policy)];
  const data = { type: 'order', action: 'view', record: { id: '1' } };
  const decide = (user) => decides.authorize({ surface: 'app', origin: 'internal', user: { id: user }, data });
  const body = { id: '1', iban: 'CANARY', note: 'card 4111 1111 1111 1111' };
  const decision = await decide('ann');
  equal(decision.obligations, [{ mask: [{ name: 'iban', strategy: 'drop' }, { detect: 'card', strategy: 'fixed' }] }]);
  equal(guards.shown(decision, body), { id: '1', note: '****' });
  equal(guards.shown({ ...decision, obligations: [] }, JSON.stringify(body)), body);
  const denied = await decide('eve');
  await fails('CALL_MALFORMED', () => guards.shown(denied, body));
  await fails('CALL_MALFORMED', () => guards.shown({}, body));
});

test('guards: templates are checked, rendered for their channel, and fail by kind', () => {
  const guards = new Guards(document);
  equal(guards.validateTemplate('Hi {{ name | upper }}'), { valid: true, findings: [] });
  const { valid, findings: [finding] } = guards.validateTemplate('Hi\n {{ name | shell }}');
  equal([valid, finding.code, finding.line], [false, 'not_allowed', 2]);
  equal(guards.renderTemplate('Hi {{ name }}', { name: '<b>' }), { output: 'Hi &lt;b&gt;' });
  equal(guards.renderTemplate('Hi {{ name }}', { name: '<b>' }, { channel: 'text' }), { output: 'Hi <b>' });
  equal(guards.renderTemplate('{{ name }}', { name: 'a\r\nBcc: x' }, { channel: 'header' }).failed.kind, 'channel');
  equal(guards.renderTemplate('{{ iban }}', { iban: 'CANARY' }).failed.kind, 'restricted');
  const { failed } = guards.renderTemplate('{{ nothing }}', { name: 'CANARY' });
  ok(['undefined', 'not_allowed'].includes(failed.kind) && !JSON.stringify(failed).includes('CANARY'), JSON.stringify(failed));
});

test('guards: a webhook goes to public addresses of allowed names, and is told which', () => {
  const guards = new Guards(document);
  const url = 'https://hooks.example.com/in';
  equal(guards.checkWebhook(url, ['93.184.216.34']), {
    verdict: 'allow', reason: 'ALLOWED', connect: ['93.184.216.34'], host: 'hooks.example.com', port: 443,
  });
  const reasons = (...asked) => asked.map(([address, resolved]) => guards.checkWebhook(address, resolved).reason);
  equal(reasons(
    [url], [url, []], [url, ['93.184.216.34', '10.0.0.1']], [url, ['::ffff:169.254.169.254']], [url, ['x']],
    ['https://hooks.example.com.evil.example/', ['93.184.216.34']], ['https://a.partner.example/', ['93.184.216.34']],
    ['http://hooks.example.com/', ['93.184.216.34']], ['https://hooks.example.com@evil.example/', ['93.184.216.34']],
    ['https://hooks.example.com\\@evil.example/', ['93.184.216.34']],
  ), [
    'NOT_RESOLVED', 'NOT_RESOLVED', 'ADDRESS_NOT_PUBLIC', 'ADDRESS_NOT_PUBLIC', 'ADDRESS_INVALID',
    'DOMAIN_NOT_ALLOWED', 'ALLOWED', 'SCHEME', 'USERINFO', 'CHARACTER',
  ]);
  equal(reasons([`${url}?${'x'.repeat(1_000_000)}`], [url, Array(100_000).fill('93.184.216.34')]), ['TOO_LONG', 'ADDRESS_INVALID']);
  equal(new Guards().checkWebhook(url, ['93.184.216.34']).verdict, 'block');
});

test('guards: definitions are linted where they stand, simulated, and converted', async () => {
  const guards = new Guards(document);
  const { findings } = guards.lintWorkflow(DEFINITION);
  const https = findings.find(({ location }) => location === '/actions/0/url');
  equal([https.line, https.severity === 'info'], [6, false], JSON.stringify(findings));
  ok(https.column > 1 && https.fix.length > 0, JSON.stringify(https));
  const rules = Guards.workflowRules().map(({ id }) => id);
  ok(rules.length > 20 && findings.every(({ rule }) => rules.includes(rule)), JSON.stringify(findings));
  const simulated = guards.simulateWorkflow(DEFINITION, { entity_type: 'user', operation: 'create', record: { id: 1 } });
  equal([simulated.outcome, simulated.actions[0].webhook.reason], ['holds', 'SCHEME']);
  await fails('CALL_MALFORMED', () => guards.simulateWorkflow(DEFINITION, { operation: 'create', typo: 1 }));
  equal(Guards.convertWorkflow(DEFINITION).name, 'greet');
});

test('guards: what is too large does not cross', async () => {
  const guards = new Guards();
  equal(guards.mask({ text: 'é'.repeat(100_000) }).document.text.length, 100_000);
  await fails('INPUT_TOO_LARGE', () => guards.mask({ text: 'x'.repeat(34_000_000) }));
  await fails('INPUT_TOO_LARGE', () => guards.mask({ text: 'é'.repeat(17_000_000) }));
  equal(guards.mask({ secret: 1 }).document, { secret: '****' });
});

test('guards: more policies than are kept at once are refused, and given back', async () => {
  const kept = [];
  await fails('LIMIT_REACHED', () => {
    for (let at = 0; at < 100; at += 1) kept.push(new Guards(document));
  });
  for (const guards of kept) guards.dispose();
  await fails('DISPOSED', () => kept[0].mask({}));
  kept[0].dispose();
  equal(new Guards(document).validateTemplate('{{ name }}').valid, true);
});

test('guards: after a trap the answer is no, and then as before', async () => {
  const guards = new Guards(document);
  const url = 'https://hooks.example.com/in';
  // Overwrites the module's memory, so that whatever runs next in it traps.
  const wreck = () => new Uint8Array(guardsInstance().memory.buffer).fill(0xff);
  wreck();
  equal(guards.checkWebhook(url, ['93.184.216.34']), { verdict: 'block', reason: 'EVALUATION_LIMIT', connect: [], host: null, port: null });
  equal(guards.checkWebhook(url, ['93.184.216.34']).verdict, 'allow');
  wreck();
  equal(guards.renderTemplate('{{ name }}', { name: 'x' }).failed.kind, 'limit');
  equal(guards.renderTemplate('{{ name }}', { name: 'x' }).output, 'x');
  wreck();
  await fails('MODULE_TRAPPED', () => guards.mask({ secret: 1 }));
  equal(guards.mask({ secret: 1 }).document, { secret: '****' });
  wreck();
  guards.dispose();
  equal(new Guards(document).checkWebhook(url, ['93.184.216.34']).verdict, 'allow');
});

test('guards: a hundred thousand calls leave memory flat', () => {
  const guards = new Guards(document);
  const bytes = () => guardsInstance().memory.buffer.byteLength;
  const calls = (count) => {
    for (let at = 0; at < count; at += 1) {
      guards.checkWebhook('https://hooks.example.com/in', ['93.184.216.34']);
      if (at % 8 === 0) guards.renderTemplate('Hi {{ name }}', { name: 'Ann' });
      if (at % 1000 === 0) guards.mask({ text: 'x'.repeat(100_000) });
    }
  };
  calls(2_000);
  const before = bytes();
  calls(100_000);
  equal(bytes(), before);
});
