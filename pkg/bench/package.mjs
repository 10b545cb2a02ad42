/** The package in Node: a request with a token that is known, a token that is not, and their peers. */
import { createLocalJWKSet, jwtVerify } from 'jose';
import { Gate, Policy } from 'portcullis';
import { NOW, document, issuer } from '../test/bodies/world.js';
import { cedar } from './cedar.js';
import { measured } from './measured.js';

const CLAIM = 'd:workflow-api;a:workflow-api.rpc;d:workflow-api.rpc.delete-instance;a:tenants:TenantA';
const ORIGIN = 'https://api.example';
const policy = new Policy(document);
const routes = policy.catalog();

/** Requests to operations that are allowed, denied by a rule, and denied for want of one, for two tenants. */
async function requests(token) {
  const ids = ['workflow-api.rpc.resume', 'workflow-api.rpc.delete-instance', 'workflow-api.liveness'];
  return ids.flatMap((id) => {
    const { method, path } = routes.operations.find((operation) => operation.id === id);
    return ['TenantA', 'TenantB'].map((tenant) => ({
      id,
      tenant,
      request: new Request(ORIGIN + routes.base_path + path, { method, headers: { authorization: `Bearer ${token}`, 'workflow-api-tenant-id': tenant } }),
    }));
  });
}

const home = await issuer('home');
const gate = await Gate.create({ policy: document, jwks: { keys: [home.jwk] }, clock: () => NOW });
const asked = await requests(await home.token());
const inCedar = cedar({
  operations: policy.operations, allowed: ['workflow-api.rpc'], denied: ['workflow-api.rpc.delete-instance'], tenants: ['TenantA'],
});
for (const { id, tenant, request } of asked) {
  const { allowed } = await gate.authorize(request);
  if (allowed !== inCedar(id, tenant)) throw new Error(`${id} for ${tenant}: ${allowed} here, and not so in Cedar`);
}

let at = 0;
const next = () => asked[at++ % asked.length];
await measured('request with a known token', 'node', () => gate.authorize(next().request));
await measured('request with a known token', 'cedar-wasm', () => {
  const { id, tenant } = next();
  return inCedar(id, tenant);
});

const permit = policy.permit(CLAIM);
await measured('decide', 'node', () => policy.decide(permit, { operation: 'workflow-api.rpc.resume', tenant: 'TenantA' }));
await measured('allows by id', 'node', () => permit.allows('workflow-api.rpc.resume', 'TenantA'));

for (const alg of ['RS256', 'ES256', 'EdDSA']) {
  const one = await issuer('k', alg);
  const jwks = { keys: [one.jwk] };
  const token = await one.token();
  const strict = new Policy({ ...document, token: { ...document.token, algorithms: [alg] } }, { jwks });
  const facts = { token, operation: 'workflow-api.rpc.resume', tenant: 'TenantA' };
  const now = { now: NOW };
  if ((await strict.authorize(facts, now)).reason !== 'ALLOWED') throw new Error(`${alg} is refused`);
  await measured(`${alg} token, all rules, decision`, 'node', () => strict.authorize(facts, now));
  const keys = createLocalJWKSet(jwks);
  const rules = { issuer: document.token.issuers[0], audience: 'workflow', algorithms: [alg], typ: 'at+jwt', currentDate: new Date(NOW * 1000) };
  await measured(`${alg} token, all rules, decision`, 'jose (no decision)', () => jwtVerify(token, keys, rules));
}
