import { SeededEntropy } from '../../../src/base/seeded-entropy.ts';
import { ms } from '../../../src/base/units.ts';
import { VirtualTime } from '../../../src/testing/virtual-time.ts';
import { LoopbackHub, SavedChannelError, type Parcel, type SealedChannel } from '../../../src/transport/index.ts';
import { spoilBytes } from '../mutate/bytes.ts';
import { spoilJson } from '../mutate/json.ts';
import { demand, type Target } from '../target.ts';

const alice = { user: 'alice', device: 'phone' };
const bob = { user: 'bob', device: 'phone' };
const mallory = { user: 'mallory', device: 'phone' };

/** A sealed channel that lives on: parcels of a hostile backend, and what it is given to remember at the next start. */
export const target: Target = {
  name: 'parcel',
  what: 'parcels at a sealed channel, and what channels had saved',
  mutator: (input, other, dice, longest) => (input[0] === BRACE ? spoilJson : spoilBytes)(input, other, dice, longest),
  longest: 33_000,
  prepare: async () => {
    const clock = new VirtualTime();
    const hub = new LoopbackHub({ clock, entropy: new SeededEntropy(7) });
    const [near, far] = [await hub.channel(alice), await hub.channel(bob)];
    const parcels: Parcel[] = [];
    // Of the first exchange only: what is kept of a million inputs would be taken for a leak.
    let keeps = true;
    hub.tap((parcel, to) => void (keeps && to.user === 'alice' && parcels.push(parcel)));
    const heard: string[] = [];
    near.onMessage(({ text }) => heard.push(text));
    far.onMessage(() => undefined);
    const send = (from: SealedChannel, user: string, text: string): Promise<unknown> => from.send({ conversation: 'c', to: { type: 'users', users: [user], except: [] }, text, urgency: 'normal' });
    const exchange = async (text: string): Promise<void> => {
      const sent = [send(far, 'alice', text), send(near, 'bob', text)];
      await clock.advance(ms(1_000));
      await Promise.all(sent);
      demand(heard.includes(text), 'an honest message arrives');
      heard.length = 0;
    };
    await exchange('hello');
    keeps = false;
    const known = new Set([...parcels].map(({ bytes }) => Buffer.from(bytes).toString('latin1')));
    let said = 0;
    return {
      seeds: [...parcels.map(({ bytes }) => bytes), new TextEncoder().encode(JSON.stringify(near.save()))],
      feed: async (input) => {
        if (input[0] === BRACE) return restored(hub, input);
        const from = input.length % 3 === 0 ? mallory : bob;
        hub.inject({ conversation: 'c', from, bytes: input }, alice);
        await clock.advance(ms(1));
        demand(heard.length === 0 || known.has(Buffer.from(input).toString('latin1')), 'nothing is heard that nobody sealed');
        heard.length = 0;
      },
      check: () => exchange(`honest ${++said}`),
      close: async () => {
        await Promise.all([near.close(), far.close()]);
      },
    };
  },
};

const BRACE = 0x7b;

async function restored(hub: LoopbackHub, input: Uint8Array): Promise<void> {
  let saved: never;
  try {
    saved = JSON.parse(new TextDecoder().decode(input)) as never;
  } catch {
    return;
  }
  try {
    const channel = await hub.channel({ user: 'carol', device: 'phone' }, { saved });
    channel.save();
    await channel.close();
  } catch (problem) {
    if (!(problem instanceof SavedChannelError)) throw problem;
  }
}
