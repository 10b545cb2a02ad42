/** Memory: what is asked leaves nothing behind. */
import { Claim, Policy } from 'portcullis';
import { instance } from '../../dist/core.js';
import { equal, test } from '../harness.js';
import { CLAIM, document, gateAt, home, request } from './world.js';

const bytes = () => instance().memory.buffer.byteLength;

test('a million calls leave memory flat', async () => {
  const policy = new Policy(document);
  const permit = policy.permit(CLAIM);
  const { gate } = await gateAt();
  const asked = request(await home.token());
  async function calls(count) {
    for (let at = 0; at < count; at += 1) {
      permit.allowsIndexes(at % 114, 0);
      if (at % 8 === 0) policy.decide(permit, { operation: 'workflow-api.rpc.resume', tenant: 'TenantA' });
      if (at % 32 === 0) policy.permit(CLAIM).dispose();
      if (at % 64 === 0) Claim.validate(CLAIM, { policy });
      if (at % 256 === 0) await gate.authorize(asked);
    }
  }
  await calls(10_000);
  const before = bytes();
  await calls(1_000_000);
  equal(bytes(), before);
});
