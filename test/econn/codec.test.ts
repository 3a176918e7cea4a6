import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeMessage, MAX_MESSAGE_BYTES, parseMessage, type Message } from '../../src/econn/index.ts';
import { captures } from './capture.ts';
import { offer, b1 } from './cast.ts';
import { setup } from './letters.ts';

describe('a message on the wire', () => {
  it('K01 is read back as it was written, whatever its fields', () => {
    fc.assert(fc.property(message, (sent) => {
      expect(parseMessage(encodeMessage(sent))).toEqual({ ok: true, message: sent });
    }), { numRuns: 2000 });
  });

  it('K01 is the same bytes each time, also after having been read', () => {
    fc.assert(fc.property(message, (sent) => {
      const text = encodeMessage(sent);
      const read = parseMessage(text);
      expect(read.ok && encodeMessage(read.message)).toBe(text);
    }), { numRuns: 1000 });
  });

  it('K01 means the same with fields that nobody knows', () => {
    fc.assert(fc.property(message, fc.dictionary(fc.string().map((key) => `x-${key}`), fc.jsonValue({ maxDepth: 2 })), (sent, unknown) => {
      if ('fields' in sent) return;
      const text = JSON.stringify({ ...unknown, ...(JSON.parse(encodeMessage(sent)) as object) });
      fc.pre(text.length < MAX_MESSAGE_BYTES / 4);
      expect(parseMessage(text)).toEqual({ ok: true, message: sent });
    }), { numRuns: 1000 });
  });

  it('K01 may write its type in any case, and null for a field it leaves out', () => {
    expect(parseMessage('{"version":"3.0","type":"Cancel","sessid":"S","resp":false,"call":null,"src_userid":null}')).toEqual({ ok: true, message: { type: 'CANCEL', sessid: 'S', resp: false } });
  });

  it('K01 has no field that was left out', () => {
    const read = parseMessage('{"version":"3.0","type":"SETUP","sessid":"S","resp":false,"sdp":"v=0","props":{}}');
    expect(read.ok && Object.keys(read.message).sort()).toEqual(['props', 'resp', 'sdp', 'sessid', 'type']);
  });

  it('K02 is refused beyond 32,000 bytes, and taken up to them', () => {
    const bare = setup(offer(b1, 1)) as Message & { type: 'SETUP' };
    const room = MAX_MESSAGE_BYTES - encodeMessage({ ...bare, sdp: '' }).length;

    expect(parseMessage(encodeMessage({ ...bare, sdp: 'v'.repeat(room) })).ok).toBe(true);
    expect(parseMessage(encodeMessage({ ...bare, sdp: 'v'.repeat(room + 1) }))).toEqual({ ok: false, failure: 'too-large' });
    expect(parseMessage(encodeMessage({ ...bare, sdp: 'é'.repeat(room - 100) }))).toEqual({ ok: false, failure: 'too-large' });
  });

  it('J09 is refused with more than a kilobyte of props, and keeps props that nobody knows', () => {
    const bare = setup(offer(b1, 1)) as Message & { type: 'SETUP' };
    const withProp = (size: number): string => encodeMessage({ ...bare, props: [['later', 'x'.repeat(size)]] });

    expect(parseMessage(withProp(1024 - 'later'.length))).toMatchObject({ ok: true });
    expect(parseMessage(withProp(1025 - 'later'.length))).toEqual({ ok: false, failure: 'malformed-field' });
  });
});

describe('a message that AVS sent', () => {
  for (const { name, messages } of captures) {
    it(`K01 is read and written again with the same fields in the same order: ${name}`, () => {
      for (const { text } of messages) {
        const read = parseMessage(text);
        expect(read).toMatchObject({ ok: true });
        expect(read.ok && encodeMessage(read.message)).toBe(text);
      }
    });
  }
});

const id = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
const life = fc.stringMatching(/^[0-9a-z-]{1,40}$/);
const counter = fc.nat();
const mark = fc.record({ incarnation: life, counter });
const offerId = fc.record({ user: id, device: id, incarnation: life, counter });
const address = fc.oneof(fc.record({ user: id, device: id }), fc.record({ user: id }), fc.record({ device: id }));
const key = fc.oneof(fc.constant('__proto__'), fc.string({ maxLength: 12, unit: 'grapheme' })).filter((name) => !/^\d+$/.test(name));
const token = fc.stringMatching(/^[\w-]{1,64}$/);
const props = fc.uniqueArray(fc.tuple(key, fc.string({ maxLength: 12 })), { selector: ([name]) => name, maxLength: 6 });
const header = { sessid: fc.string({ maxLength: 64 }), resp: fc.boolean() };
const mayHave = { src: address, dest: address, call: offerId };

const message: fc.Arbitrary<Message> = fc.oneof(
  record({ type: fc.constantFrom('SETUP', 'UPDATE'), ...header, sdp: fc.string(), props }, { ...mayHave, offer: offerId, withdrawn: mark, commit: token, nonce: token }),
  record({ type: fc.constant('CANCEL'), ...header }, { ...mayHave, cause: fc.constantFrom('ended', 'elsewhere', 'timeout', 'error', 'restarted') }),
  record({ type: fc.constant('REJECT'), ...header }, { ...mayHave, cause: fc.constantFrom('declined', 'busy') }),
  record({ type: fc.constant('PROPSYNC'), ...header, props }, { ...mayHave, seq: counter, ack: counter, nonce: token }),
  record({ type: fc.constantFrom('HANGUP', 'PING'), ...header }, mayHave),
  record({ type: fc.constant('ALERT'), ...header, level: counter, descr: fc.string() }, { src: address, dest: address }),
  record({ type: fc.constantFrom('GROUPSTART', 'GROUPSETUP', 'GROUPLEAVE', 'GROUPCHECK', 'GROUPUPDATE'), ...header }, { src: address, dest: address, sdp: fc.string(), props }),
);

type Parts = Readonly<Record<string, fc.Arbitrary<unknown>>>;

function record(has: Parts, may: Parts): fc.Arbitrary<Message> {
  return fc.record({ ...has, ...may }, { requiredKeys: Object.keys(has) }) as unknown as fc.Arbitrary<Message>;
}
