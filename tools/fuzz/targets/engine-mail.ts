import { SeededEntropy } from '../../../src/base/seeded-entropy.ts';
import { ms, seconds } from '../../../src/base/units.ts';
import { CallEngine } from '../../../src/ecall/engine.ts';
import { encodeMessage, type OfferId } from '../../../src/econn/index.ts';
import { FakeMediaEngine } from '../../../src/mediaflow/fake/fake-media-engine.ts';
import { FakeNetwork } from '../../../src/mediaflow/fake/fake-network.ts';
import { VirtualTime } from '../../../src/testing/virtual-time.ts';
import type { BackendChannel, IncomingMessage } from '../../../src/transport/index.ts';
import { a2, b1, b2, offer, s1 } from '../../../test/econn/cast.ts';
import { busy, cancel, hangup, propsync, reject, setup, setupAnswer, update } from '../../../test/econn/letters.ts';
import { recordedMessages } from '../fixture.ts';
import { spoilJson } from '../mutate/json.ts';
import { inputOf, packetsOf, spoilPackets } from '../mutate/packets.ts';
import { demand, type Target } from '../target.ts';

/**
 * Messages of everybody at an engine that lives on: it rings, answers and is called off by whoever they say. A
 * caller who had no part in it is heard afterwards as if nothing had been.
 */
export const target: Target = {
  name: 'engine-mail',
  what: 'rows of messages at a whole engine, whose user answers now and then',
  mutator: spoilPackets(spoilJson),
  longest: 6_000,
  prepare: () => {
    const letters = [offer(b1, 5), offer(b1, 6), offer(b2, 2), offer({ user: 'alice', device: 'a1' }, 1)].flatMap((call) => [setup(call), setupAnswer(call), cancel(call), reject(call), busy(call), update(call, call), hangup(call), propsync(call, 3)]).map(encodeMessage);
    const recorded = recordedMessages().filter((text) => text.length < 5_000).slice(0, 20);
    let home = Home.new();
    let callers = 0;
    let fed = 0;
    return {
      seeds: [...letters, ...recorded].map((text) => inputOf([Buffer.from(text)])).concat([inputOf(letters.slice(0, 8).map((text) => Buffer.from(text))), inputOf([letters[0]!, letters[2]!, letters[8]!, letters[9]!].map((text) => Buffer.from(text)))]),
      feed: (input) => {
        for (const [index, text] of packetsOf(input).entries()) {
          home.hear({ conversation: 'c', from: SENDERS[(text.length + index) % SENDERS.length]!, text: text.toString(), age: ms((text.length % 5) * 7_000) });
          if (text.length % 7 === 0) for (const call of home.engine.calls) if (call.state === 'ringing') call.answer();
        }
        fed += 1;
      },
      check: async () => {
        demand(home.engine.calls.length <= 20, 'few calls go on at once');
        for (const call of home.engine.calls) call.end();
        await home.time.advance(seconds(120));
        demand(home.engine.calls.length === 0 && home.engine.timers === 0, 'whatever was heard, calls end and leave no timer');
        const call: OfferId = { user: 'carol', device: 'p', incarnation: '000000009-00', counter: ++callers };
        const rang = home.rang;
        home.hear({ conversation: 'c', from: { user: 'carol', device: 'p' }, text: encodeMessage(setup(call)), age: ms(0) });
        demand(home.rang === rang + 1, 'somebody else can call');
        home.hear({ conversation: 'c', from: { user: 'carol', device: 'p' }, text: encodeMessage(cancel(call)), age: ms(0) });
        if (fed < 50_000) return;
        fed = 0;
        await home.engine.close();
        home = Home.new();
      },
    };
  },
};

const SENDERS = [b1, b1, b2, a2, s1];

class Home {
  readonly time = new VirtualTime();
  readonly engine: CallEngine;
  rang = 0;
  hear: (message: IncomingMessage) => void = () => undefined;

  static new(): Home {
    return new Home();
  }

  private constructor() {
    const { time } = this;
    const channel: BackendChannel = {
      self: { user: 'alice', device: 'a1' }, protection: 'plaintext', backendNow: () => time.wallNow(), close: async () => undefined,
      send: async () => ({ type: 'taken', outcomes: [] }), onMessage: (listener) => (this.hear = listener),
    };
    this.engine = new CallEngine({ channel, media: new FakeMediaEngine({ clock: time, network: new FakeNetwork(time), place: 'here' }), clock: time, entropy: new SeededEntropy(1) });
    this.engine.on('incoming', () => (this.rang += 1));
  }
}
