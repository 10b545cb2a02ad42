/** The same claim in Cedar: its rules as policies, operations as actions of a schema, tenants as resources. */
import { preparsePolicySet, preparseSchema, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';

const PARENT = /\.[^.]*$/;

function schemaOf(operations) {
  const actions = {};
  for (const operation of operations) {
    for (let id = operation; id.includes('.'); id = id.replace(PARENT, '')) {
      actions[id] ??= { memberOf: [{ id: id.replace(PARENT, '') }] };
    }
    actions[operation].appliesTo = { principalTypes: ['User'], resourceTypes: ['Tenant'] };
  }
  actions[operations[0].split('.')[0]] ??= {};
  return { '': { entityTypes: { User: {}, Tenant: {} }, actions } };
}

function check({ type, errors }) {
  if (type !== 'success') throw new Error(JSON.stringify(errors));
}

/** `allowed` and `denied` are branches, the denied below the allowed ones; the answer decides as a claim would. */
export function cedar({ operations, allowed, denied, tenants }) {
  check(preparseSchema('bench', schemaOf(operations)));
  const list = (ids) => ids.map((id) => `Action::"${id}"`).join(', ');
  const served = tenants.map((id) => `Tenant::"${id}"`).join(', ');
  const text = `permit (principal, action in [${list(allowed)}], resource)
    when { [${served}].contains(resource) } unless { action in [${list(denied)}] };`;
  check(preparsePolicySet('bench', { staticPolicies: text }));
  return (operation, tenant) => {
    const answer = statefulIsAuthorized({
      principal: { type: 'User', id: 'user-1' }, action: { type: 'Action', id: operation }, resource: { type: 'Tenant', id: tenant },
      context: {}, preparsedSchemaName: 'bench', preparsedPolicySetId: 'bench', entities: [],
    });
    if (answer.type !== 'success') throw new Error(JSON.stringify(answer.errors));
    return answer.response.decision === 'allow';
  };
}
