/** `npm start`: runs everything, says how to ask it, and rotates the keys when told. */
import { createInterface } from 'node:readline';
import { RESOURCE } from './issuer.mjs';
import { startStack } from './stack.mjs';

const PATH = '/workflow-api/rpc/resume';

const stack = await startStack({ port: process.env.PORT ?? 8787 });
const { worker, issuer, origin } = stack;
const ask = (...args) => ["curl -sS -w '\\n%{http_code}\\n'", ...args].join(' ');
const bearer = '-H "Authorization: Bearer $token"';
const tenant = (id) => `-H 'Workflow-Api-Tenant-ID: ${id}'`;

console.log(`worker ${worker.address}, issuer ${issuer.address}, origin ${origin.address}

# A token of the client "operator", which may use the operations below rpc, except one, for TenantA:
token=$(curl -sS -u 'operator:${issuer.secrets.operator}' -d grant_type=client_credentials -d resource=${RESOURCE} ${issuer.address}/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')

# 200, and what the gate told the origin:
${ask('-X POST', bearer, tenant('TenantA'), worker.address + PATH)}

# 401, without a token:
${ask('-X POST', tenant('TenantA'), worker.address + PATH)}

# 403, for an operation, and for a tenant, that the claim does not allow:
${ask(bearer, tenant('TenantA'), `${worker.address}/workflow-api/liveness`)}
${ask('-X POST', bearer, tenant('TenantB'), worker.address + PATH)}

# 404, where there is nothing:
${ask(bearer, tenant('TenantA'), `${worker.address}/workflow-api/nothing`)}

# 403 of the origin, which believes nobody but the gate:
${ask('-X POST', bearer, tenant('TenantA'), "-H 'Portcullis-Decision: ALLOWED'", origin.address + PATH)}

Type "rotate" and Enter to sign with a new key. The gate looks for it when a token names it, at the
earliest 30 seconds after it looked last. Tokens that are out stay good for one rotation.
Ctrl-C stops everything.`);

const lines = createInterface({ input: process.stdin });
lines.on('line', async (line) => {
  if (line.trim() !== 'rotate') return;
  await issuer.rotate();
  console.log('rotated');
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    lines.close();
    await stack.stop();
    process.exit(0);
  });
}
