import { describe, expect, it } from 'vitest';
import { instant, ms } from '../../src/base/units.ts';
import type { Device } from '../../src/base/device.ts';
import { redact, replay, type Trace } from '../../src/ecall/index.ts';
import { handle } from '../../src/ecall/ecall.ts';
import { openEcall } from '../../src/ecall/ecall-state.ts';
import type { EcallInput } from '../../src/ecall/port.ts';
import { tone } from '../../src/mediaflow/index.ts';
import { DEFAULT_PROPS, parseMessage, type Message, type OfferId } from '../../src/econn/index.ts';
import { Town } from '../../src/testing/index.ts';
import { LIFE } from '../econn/cast.ts';
import { moment, talking } from './pair.ts';

const SDP = 'v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\na=fingerprint:sha-256 AA:BB\r\na=candidate:1 1 udp 1 198.51.100.9 4444 typ host\r\n';

/** Writes down what happens to one conversation's call. */
function recorded(self: Device, peerUser: string, inputs: readonly EcallInput[]): Trace {
  const initial = openEcall({ self, peerUser, incarnation: LIFE });
  let ecall = initial;
  const entries = inputs.map((input, index) => {
    const [next, outputs] = handle(ecall, input);
    ecall = next;
    return { at: instant(index), input, outputs };
  });
  return { version: 1, initial, entries };
}

function heard(from: Device, message: Message): EcallInput {
  return { type: 'receive', from, message, age: ms(0) };
}

function placed(sdp = SDP): readonly EcallInput[] {
  return [{ type: 'start', props: DEFAULT_PROPS }, { type: 'asked', ask: 1, result: { type: 'described', sdp } }];
}

function theirSetup(from: Device): EcallInput {
  const call: OfferId = { ...from, incarnation: LIFE, counter: 1 };
  return heard(from, { type: 'SETUP', resp: false, sessid: 'SECRET', sdp: SDP, props: [['muted', 'true'], ['nickname', 'Bobby Tables']], call, offer: call, src: from });
}

/** What happened, without what it was about. */
function course({ entries }: Trace): readonly string[] {
  return entries.map(({ input, outputs }) => `${input.type}: ${outputs.map((output) => (output.type === 'notify' ? output.notice.type : output.type)).join()}`);
}

describe('the trace of a call', () => {
  it('O06 has it happen again, byte for byte', async () => {
    const { town, call, answered } = await talking();
    call.setVideo(true);
    await moment(town);
    call.renew();
    await moment(town);
    call.end();
    await town.time.settle();

    for (const trace of [call.trace(), answered.trace()]) {
      expect(trace.entries.length).toBeGreaterThan(10);
      expect(JSON.stringify(replay(trace))).toBe(JSON.stringify(trace));
    }
  });

  it('O06 grows by what happens, not by how long people talk', async () => {
    const { town, call, answered } = await talking();
    for (const end of [call, answered]) end.provide({ audio: tone({ clock: town.time }) });
    await moment(town);
    const lengths = [call, answered].map((end) => end.trace().entries.length);

    await town.time.advance(ms(60_000));
    expect([call.state, answered.state]).toEqual(['connected', 'connected']);
    expect([call, answered].map((end) => end.trace().entries.length)).toEqual(lengths.map((length) => expect.closeTo(length, -1)));
    call.end();
    await town.time.settle();
  });

  it('L05 goes on alike from a snapshot taken at any of its steps', async () => {
    const { town, call } = await talking();
    call.renew();
    await moment(town);
    call.end();
    await town.time.settle();
    const { initial, entries } = call.trace();

    let ecall = initial;
    for (const [step, { input }] of entries.entries()) {
      const restored = JSON.parse(JSON.stringify(ecall)) as typeof ecall;
      const rest = replay({ version: 1, initial: restored, entries: entries.slice(step) });
      expect(JSON.stringify(rest.entries)).toBe(JSON.stringify(entries.slice(step)));
      [ecall] = handle(ecall, input);
    }
  });

  it('O06 survives JSON, in which it is kept and sent', async () => {
    const { call } = await talking();

    const read = JSON.parse(JSON.stringify(call.trace())) as Trace;

    expect(replay(read)).toEqual(read);
  });

  it('O06 is the same for the same call in another run', async () => {
    const [one, other] = [await talking(), await talking()];

    expect(JSON.stringify(one.call.trace())).toBe(JSON.stringify(other.call.trace()));
  });

  it.each([
    ['anna', 'Zoe'], ['Zoe', 'anna'], ['anna', 'ANNB'], ['ANNA', 'annb'], ['öde', 'zoo'], ['a', 'aa'], ['\u{1F600}', '\uFFFD'],
  ])('O06 decides a glare of %s with %s alike when their names are taken out', (us, them) => {
    const trace = recorded({ user: us, device: 'phone' }, them, [...placed(), theirSetup({ user: them, device: 'Phone' })]);

    const shown = redact(trace);

    expect(course(shown)).toEqual(course(trace));
    expect(JSON.stringify(replay(shown))).toBe(JSON.stringify(shown));
  });

  it('O06 knows a user by one token, however the name is spelt', () => {
    const phone = { user: 'BOB@example.org', device: 'phone' };
    const trace = recorded({ user: 'alice@example.org', device: 'laptop' }, 'bob@example.org', [theirSetup(phone), { type: 'reject' }]);

    const shown = redact(trace);

    expect(course(shown)).toEqual(course(trace));
    expect(course(shown)[0]).toContain('incoming');
  });
});

describe('a trace that is shown', () => {
  const alice = { user: 'alice@example.org', device: 'laptop-of-alice' };
  const bob = { user: 'bob@example.org', device: 'phone-of-bob' };
  const secrets = ['alice', 'bob', 'laptop', 'phone', 'example', 'SECRET', 'secret', 'v=0', '192.0.2', '198.51', 'fingerprint', 'Bobby', 'sft.'];

  it('P15 holds no id, no description, no address, nor what a peer wrote where we do not look', () => {
    const trace = recorded(alice, bob.user, [
      theirSetup(bob),
      heard(bob, told('ALERT', { level: 1, descr: 'alice@example.org is away' })),
      heard(bob, told('CONFSTART', { src_userid: 'bob@example.org', sft_url: 'https://sft.example.org', secret: 'SECRET' })),
      heard(bob, told('GROUPSTART', { sdp: SDP, props: { nickname: 'Bobby' } })),
      { type: 'answer', props: DEFAULT_PROPS },
      { type: 'asked', ask: 1, result: { type: 'described', sdp: SDP } },
      { type: 'flow', flow: 1, signal: { type: 'channel-opened' } },
      { type: 'end' },
    ]);

    const shown = redact(trace);

    const text = JSON.stringify(shown);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    expect(course(shown)).toEqual(course(trace));
    expect(JSON.stringify(replay(shown))).toBe(text);
  });

  it('P15 is what a call gives to its app', async () => {
    const town = new Town();
    const ours = await town.resident(alice.user, alice.device);
    await town.resident(bob.user, bob.device);
    const call = ours.call(bob.user);
    await moment(town);
    call.end();
    await town.time.settle();

    const text = JSON.stringify(call.trace());

    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  });

  function told(type: string, fields: object): Message {
    const parsed = parseMessage(JSON.stringify({ version: '3.0', type, sessid: 'SECRET', resp: false, ...fields }));
    if (!parsed.ok) throw new Error(`not a message: ${parsed.failure}`);
    return parsed.message;
  }
});
