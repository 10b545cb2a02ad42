/** An OpenID provider that issues access tokens with a permission claim, and changes its keys when told. */
import { randomBytes, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { listen } from './listen.mjs';

export const RESOURCE = 'urn:workflow-api';

/** What the claim of each client's tokens says. */
const CLAIMS = {
  operator: 'd:workflow-api;a:workflow-api.rpc;d:workflow-api.rpc.delete-instance;a:tenants:TenantA',
  admin: 'a:workflow-api;a:tenants',
  stranger: undefined,
};

/** @param options.tokenTtl for how many seconds tokens are good */
export async function startIssuer({ tokenTtl = 3600 } = {}) {
  const secrets = Object.fromEntries(Object.keys(CLAIMS).map((client) => [client, randomBytes(24).toString('base64url')]));
  let keys = [await newKey()];
  let handle = (_, response) => response.writeHead(503).end();
  const issuer = { secrets, jwksFetches: 0 };

  const server = await listen((request, response) => {
    if (request.url === '/jwks') issuer.jwksFetches += 1;
    handle(request, response);
  });
  // A provider keeps the keys that it was made with, so new keys are a new provider at the old address.
  const serve = () => {
    handle = new Provider(server.address, configuration({ secrets, keys, tokenTtl })).callback();
  };
  serve();

  return Object.assign(issuer, server, {
    jwks: `${server.address}/jwks`,

    /** Signs with a new key from now on. The key before it stays published, for tokens that are out. */
    async rotate() {
      keys = [await newKey(), keys[0]];
      serve();
    },

    /** A token of a client, by the client credentials grant. */
    async token(client, { resource = RESOURCE } = {}) {
      const response = await fetch(`${server.address}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${client}:${secrets[client]}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
      });
      const answer = await response.json();
      if (!response.ok) throw new Error(`the issuer answered ${response.status}: ${answer.error_description}`);
      return answer.access_token;
    },
  });
}

async function newKey() {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'ES256', use: 'sig' };
}

function configuration({ secrets, keys, tokenTtl }) {
  return {
    clients: Object.entries(secrets).map(([client_id, client_secret]) => ({
      client_id, client_secret, grant_types: ['client_credentials'], response_types: [], redirect_uris: [],
    })),
    jwks: { keys },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    ttl: { ClientCredentials: tokenTtl },
    extraTokenClaims: (_, { clientId }) => CLAIMS[clientId] && { WorkflowApiPermissions: CLAIMS[clientId] },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: '', audience: resource === RESOURCE ? 'workflow-api' : resource,
          accessTokenFormat: 'jwt', accessTokenTTL: tokenTtl, jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  };
}
