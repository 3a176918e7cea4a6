import { describe, expect, it } from 'vitest';
import { backendTime, ms, seconds, type DurationMs } from '../../src/base/units.ts';
import { digest, type Digest, type SavedEngine } from '../../src/index.ts';
import { DEFAULT_PROPS, encodeMessage, handle, openEconn, type Econn, type Input, type Message } from '../../src/econn/index.ts';
import { Town } from '../../src/testing/index.ts';

const alice = { user: 'alice', device: 'a1' };
const bob = { user: 'bob', device: 'b1' };
const bobsOther = { user: 'bob', device: 'b2' };
const NOW = backendTime(1_800_000_000_000);

describe('a batch of stored messages', () => {
  it('L01 a fresh SETUP is a ring', () => {
    const { rings, missed } = digested([setup()], seconds(20));

    expect(rings).toEqual([expect.objectContaining({ from: alice, ringFor: seconds(40), props: DEFAULT_PROPS })]);
    expect(missed).toEqual([]);
  });

  it('C06 an old SETUP is one missed call', () => {
    const { rings, missed } = digested([setup()], seconds(61));

    expect(rings).toEqual([]);
    expect(missed).toEqual([{ conversation: 'c', from: alice, age: seconds(61) }]);
  });

  it.each([
    ['SETUP and CANCEL', [setup(), cancel()], 0, 1],
    ['CANCEL and SETUP', [cancel(), setup()], 0, 1],
    ['SETUP and our other device’s answer', [setup(), answeredByOther()], 0, 0],
    ['our other device’s answer and SETUP', [answeredByOther(), setup()], 0, 0],
    ['SETUP and our other device’s REJECT', [setup(), rejectedByOther()], 0, 0],
    ['a cancelled call and a new one', [setup(), cancel(), setup(2)], 1, 1],
  ])('L02 E10 E11 %s', (_, messages, rings, missed) => {
    const result = digested(messages);

    expect([result.rings.length, result.missed.length]).toEqual([rings, missed]);
  });

  it('L03 says nothing a second time about what it has told', () => {
    const first = digested([setup(), cancel(), setup(2)]);
    const second = digested([setup(), cancel(), setup(2)], ms(0), first.saved);

    expect(second.missed).toEqual([]);
    expect(second.rings).toEqual(first.rings);
  });

  it('tells of a ring that has run out since', () => {
    const first = digested([setup()], seconds(20));
    const later = digest({ self: bob, messages: [], saved: first.saved, now: backendTime(NOW + seconds(41)), incarnation: 'b' });

    expect([later.rings.length, later.missed.length]).toEqual([0, 1]);
  });

  it('G20 five hundred messages of a day ring for nobody who has given up', () => {
    const day = Array.from({ length: 250 }, (_, index) => [setup(index + 1), cancel(index + 1)]).flat();
    const { rings, missed } = digested(day, seconds(86_400));

    expect([rings.length, missed.length]).toEqual([0, 250]);
  });

  it('L01 an engine that is made from it rings on, and can be answered', async () => {
    const town = new Town();
    const caller = await town.resident('alice', 'a1');
    town.fate = () => 'hold';
    const call = caller.call('bob');
    await town.time.advance(seconds(5));
    const offer = town.posted[0]?.message;
    if (offer === undefined) throw new Error('nothing was sent');
    const { saved } = digest({ self: bob, messages: [{ conversation: 'c', from: alice, text: encodeMessage(offer), age: seconds(5) }], now: town.time.wallNow(), incarnation: 'b' });

    town.fate = () => 'deliver';
    const woken = await town.resident('bob', 'b1', { saved });
    await town.time.advance(ms(10));
    town.release();
    woken.ringing.answer();
    await town.time.advance(seconds(1));

    expect([call.state, woken.ringing.state, woken.rang.length]).toEqual(['connected', 'connected', 1]);
  });
});

function digested(messages: readonly Sent[], age: DurationMs = ms(0), saved?: SavedEngine): Digest {
  return digest({
    self: bob, now: NOW, incarnation: 'b', saved,
    messages: messages.map(({ from, message }) => ({ conversation: 'c', from, text: encodeMessage(message), age })),
  });
}

type Sent = { readonly from: { readonly user: string; readonly device: string }; readonly message: Message };

function setup(attempt = 1): Sent {
  return { from: alice, message: sentBy(attempt, [{ type: 'start', sdp: 'offer', props: DEFAULT_PROPS }]) };
}

function cancel(attempt = 1): Sent {
  return { from: alice, message: sentBy(attempt, [{ type: 'start', sdp: 'offer', props: DEFAULT_PROPS }, { type: 'end' }]) };
}

function answeredByOther(): Sent {
  return { from: bobsOther, message: byOther({ type: 'answer', sdp: 'answer', props: DEFAULT_PROPS }) };
}

function rejectedByOther(): Sent {
  return { from: bobsOther, message: byOther({ type: 'reject', tellCaller: 'when-understood' }) };
}

/** What alice's device says last of these inputs, in its so-many-th attempt. */
function sentBy(attempt: number, inputs: readonly Input[]): Message {
  let econn = openEconn({ self: alice, peerUser: 'bob', incarnation: 'a' });
  for (let before = 1; before < attempt; before++) econn = feed(feed(econn, { type: 'start', sdp: 'offer', props: DEFAULT_PROPS })[0], { type: 'end' })[0];
  let last: Message | undefined;
  for (const input of inputs) [econn, last] = feed(econn, input);
  if (last === undefined) throw new Error('nothing was said');
  return last;
}

function byOther(input: Input): Message {
  const other = openEconn({ self: bobsOther, peerUser: 'alice', incarnation: 'o' });
  const [ringing] = feed(other, { type: 'receive', via: 'backend', age: ms(0), ...setup() });
  const [, said] = feed(ringing, input);
  if (said === undefined) throw new Error('nothing was said');
  return said;
}

function feed(econn: Econn, input: Input): [Econn, Message | undefined] {
  const [next, outputs] = handle(econn, input);
  const sent = outputs.flatMap((output) => (output.type === 'send' ? [output.message] : []));
  return [next, sent[0]];
}
