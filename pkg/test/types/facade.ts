/** What the façade takes and gives, and what it refuses. */
import { expectTypeOf } from 'expect-type';
import express from 'express';
import { Hono } from 'hono';
import { Claim, Gate, KeySet, Permit, Policy, PortcullisError, mapCatalog, ready, version, type Decision, type ErrorCode, type Found, type Verdict } from 'portcullis';
import { portcullis as forExpress } from 'portcullis/express';
import { portcullis as forHono, type PortcullisEnv } from 'portcullis/hono';
import { ready as inlineReady } from 'portcullis/inline';
import { init, initSync } from 'portcullis/manual';
import { gateway } from 'portcullis/workers';

const policy = new Policy({ portcullis: 1 }, { jwks: '{}' });
expectTypeOf(policy.permit('a:x')).toEqualTypeOf<Permit>();
expectTypeOf(policy.decide(policy.permit('a:x'), { operation: 'x', tenant: null })).toEqualTypeOf<Decision>();
expectTypeOf(policy.authorize({ token: 'x', method: 'GET', path: '/' }, { now: 5 })).resolves.toEqualTypeOf<Decision>();
expectTypeOf(policy.find({ data: { type: 'x', action: 'search' } })).resolves.toEqualTypeOf<Found>();
// @ts-expect-error a fact that there is not
policy.decide(policy.permit('a:x'), { operatoin: 'x' });
// @ts-expect-error a permit is made by a policy
new Permit();
// @ts-expect-error a claim is text
policy.permit(5);
// @ts-expect-error checked when it was made
policy.operations = [];

expectTypeOf(Claim.parse('a:x', { policy })).toEqualTypeOf<Claim>();
const validated = Claim.validate('a:x');
if (validated.valid) expectTypeOf(validated.normal).toEqualTypeOf<string>();
else expectTypeOf(validated.error.index).toEqualTypeOf<number>();
expectTypeOf(Claim.build({ allow: ['x'], tenants: { noneExcept: ['T'] } }).grant({ tenant: 'T' }).result).toEqualTypeOf<Claim>();
// @ts-expect-error all or none
Claim.build({ tenants: { except: [] } });
// @ts-expect-error claims are parsed or built
new Claim('a:x');

const gate = await Gate.create({ policy, jwks: new URL('https://issuer.example/jwks'), maxAge: 60 });
expectTypeOf(gate.authorize(new Request('https://x/'))).resolves.toEqualTypeOf<Verdict>();
expectTypeOf<Verdict['forward']>().returns.resolves.toEqualTypeOf<Request>();
expectTypeOf<Verdict['toResponse']>().returns.toEqualTypeOf<Response>();
// @ts-expect-error no such option
void Gate.create({ policy, jwsk: '' });
// @ts-expect-error a gate needs a policy
void Gate.create({ jwks: '' });
using disposed = new KeySet('{}');

function handled(error: unknown) {
  if (error instanceof PortcullisError) {
    expectTypeOf(error.code).toEqualTypeOf<ErrorCode>();
    // @ts-expect-error no such code
    return error.code === 'NO_SUCH_CODE';
  }
  return undefined;
}

const app = new Hono<PortcullisEnv>();
app.use(forHono(gate));
app.use(forHono(() => Promise.resolve(gate)));
app.get('/', (context) => context.text(context.get('portcullis').decision.reason));
express().use(forExpress(gate), (request, response) => void response.send(request.portcullis?.decision.reason));

interface Env { ORIGIN: string }
const worker = gateway<Env>({ gate: () => gate, origin: (env) => env.ORIGIN });
expectTypeOf(worker.fetch).parameters.toEqualTypeOf<[Request, Env]>();

expectTypeOf(ready).returns.resolves.toBeVoid();
expectTypeOf(inlineReady).returns.resolves.toBeVoid();
expectTypeOf(init(new Response())).resolves.toBeVoid();
initSync(new Uint8Array());
expectTypeOf(version().abi).toBeNumber();
expectTypeOf(mapCatalog({ root: 'x', operations: [] })).not.toBeAny();
void [handled, disposed];
