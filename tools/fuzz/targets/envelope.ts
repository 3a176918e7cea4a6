import { SeededEntropy } from '../../../src/base/seeded-entropy.ts';
import { backendTime } from '../../../src/base/units.ts';
import { VirtualTime } from '../../../src/testing/virtual-time.ts';
import { createDeviceKeys } from '../../../src/transport/device-keys.ts';
import { openEnvelope, sealEnvelope, unknownPrekeyNotice } from '../../../src/transport/envelope.ts';
import { keyPairOf } from '../../../src/transport/sodium.ts';
import { spoilBytes } from '../mutate/bytes.ts';
import { demand, type Target } from '../target.ts';

const from = { user: 'alice', device: 'phone' };
const to = { user: 'bob', device: 'phone' };

/** A sealed envelope from the backend: whoever spoils it can at most have it refused. */
export const target: Target = {
  name: 'envelope',
  what: 'sealed envelopes, and notices that a key is unknown',
  mutator: spoilBytes,
  longest: 33_000,
  prepare: async () => {
    const options = { clock: new VirtualTime(), entropy: new SeededEntropy(7) };
    const [alice, bob] = [await createDeviceKeys(options), await createDeviceKeys(options)];
    const { sodium } = alice;
    const seal = (text: string): Uint8Array => sealEnvelope(sodium, { from, to }, {
      senderIdentity: alice.identityKey, sender: alice.exchange, recipientIdentity: bob.identityKey, recipientPrekey: bob.bundle.prekey.publicKey, ephemeral: keyPairOf(sodium, options.entropy.bytes(32)),
    }, { conversation: 'c', id: options.entropy.bytes(16), sentAt: backendTime(1_800_000_000_000), text })!;
    const open = (bytes: Uint8Array): ReturnType<typeof openEnvelope> => openEnvelope(sodium, { conversation: 'c', from, to }, { recipientIdentity: bob.identityKey, prekey: (id) => bob.prekey(id) }, bytes);
    const honest = [seal('short'), seal('x'.repeat(5_000))];
    const known = new Set(honest.map((bytes) => Buffer.from(bytes).toString('latin1')));
    return {
      seeds: [...honest, unknownPrekeyNotice(new Uint8Array(16)), new TextEncoder().encode('{"type":"SETUP"}')],
      feed: (input) => {
        const opening = open(input);
        demand(opening.type !== 'opened' || known.has(Buffer.from(input).toString('latin1')), 'a changed envelope does not open');
      },
      check: () => demand(open(honest[0]!).type === 'opened', 'an honest envelope opens'),
    };
  },
};
