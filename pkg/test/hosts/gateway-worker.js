/** A gate in a worker, before an origin: what `portcullis/workers` is for. */
import { Gate } from 'portcullis';
import { gateway } from 'portcullis/workers';

export default gateway({
  gate: (env) => Gate.create({ policy: env.POLICY, jwks: env.JWKS, cooldown: Number(env.COOLDOWN), timeout: 1 }),
  origin: (env) => env.ORIGIN,
});
