import { describe, expect, it } from 'vitest';
import { encodeMessage, MAX_MESSAGE_BYTES, parseMessage, type ParseFailure } from '../../src/econn/index.ts';
import { jsonDepth, utf8Length } from '../../src/econn/text-limits.ts';

const cancel = { version: '3.0', type: 'CANCEL', sessid: 'S', resp: false };
const setup = { version: '3.0', type: 'SETUP', sessid: 'S', resp: false, sdp: 'v=0', props: {} };
const propsync = { version: '3.0', type: 'PROPSYNC', sessid: 'S', resp: false, props: {} };
const alert = { version: '3.0', type: 'ALERT', sessid: 'S', resp: false, level: 1, descr: 'd' };
const offer = { user: 'bob', device: 'b1', incarnation: 'a-9', counter: 1 };

const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);

describe('a text', () => {
  const refused: Readonly<Record<ParseFailure, readonly unknown[]>> = {
    'too-large': [],
    'too-deep': [{ ...cancel, more: nested(8) }],
    'not-json': ['', '{', '{"version":', 'hello'],
    'not-an-object': ['[]', 'null', '7', '"text"', 'true'],
    'wrong-version': [{ ...cancel, version: '2.0' }, { ...cancel, version: null }, { ...cancel, version: 3 }],
    'unknown-type': [{ ...cancel, type: 'NONE' }, { ...cancel, type: '' }, { ...cancel, type: 'GROUP' }],
    'missing-field': [{ type: 'CANCEL', sessid: 'S', resp: false }, without(cancel, 'type'), without(cancel, 'sessid'), without(cancel, 'resp'), without(setup, 'sdp'), without(setup, 'props'), without(propsync, 'props'), without(alert, 'level'), ...['user', 'device', 'incarnation', 'counter'].map((part) => ({ ...cancel, call: without(offer, part) })), { ...setup, withdrawn: { incarnation: 'a' } }],
    'malformed-field': [
      { ...cancel, type: 7 }, { ...cancel, sessid: 7 }, { ...cancel, sessid: 'x'.repeat(65) }, { ...cancel, resp: 'false' }, { ...cancel, resp: 0 },
      { ...cancel, src_userid: '' }, { ...cancel, src_clientid: 7 }, { ...cancel, dest_userid: 'x'.repeat(257) }, { ...cancel, dest_clientid: {} },
      { ...cancel, call: 'offer' }, { ...cancel, call: [] }, ...['user', 'device', 'incarnation'].map((part) => ({ ...cancel, call: { ...offer, [part]: '' } })), { ...cancel, call: { ...offer, user: 'x'.repeat(257) } },
      ...['~a', 'A', 'a b', 'x'.repeat(41), 'a\n', '!a'].map((incarnation) => ({ ...cancel, call: { ...offer, incarnation } })),
      ...[-1, 0.5, '1', 2 ** 48 + 1, null, true].map((counter) => ({ ...cancel, call: { ...offer, counter } })),
      { ...setup, sdp: 7 }, { ...setup, props: [] }, { ...setup, props: 'muted' }, { ...setup, props: { muted: 1 } }, { ...setup, props: { muted: null } }, { ...setup, offer: 7 }, { ...setup, withdrawn: 'a' }, { ...setup, withdrawn: { incarnation: 'A', counter: 1 } },
      ...['', 'x'.repeat(65), 'a b', 'a+b', 'ab=', ' ab', 7, {}].flatMap((token) => [{ ...setup, commit: token }, { ...setup, nonce: token }, { ...propsync, nonce: token }]),
      { ...propsync, seq: -1 }, { ...propsync, ack: 0.5 }, { ...propsync, props: 7 }, { ...alert, level: 'high' }, { ...alert, descr: 7 }, { ...cancel, type: 'GROUPSETUP', sdp: 7 }, { ...cancel, type: 'GROUPSETUP', props: 7 },
    ],
  };

  for (const [failure, texts] of Object.entries(refused)) {
    if (texts.length === 0) continue;
    it(`K02 is refused for what is wrong with it: ${failure}`, () => {
      for (const one of texts) {
        const text = typeof one === 'string' ? one : JSON.stringify(one);
        expect(parseMessage(text), text.slice(0, 120)).toEqual({ ok: false, failure });
      }
    });
  }

  it('K01 is taken up to the limits of each field', () => {
    const good = [
      { ...cancel, more: nested(7) }, { ...cancel, sessid: '' }, { ...cancel, sessid: 'x'.repeat(64) }, { ...cancel, src_userid: 'x', src_clientid: 'x'.repeat(256) },
      { ...cancel, call: { ...offer, incarnation: `${'z'.repeat(38)}-0`, counter: 0 } }, { ...cancel, call: { ...offer, counter: 2 ** 48 } },
      { ...setup, commit: 'aZ09_-', nonce: 'x'.repeat(64) }, { ...propsync, nonce: 'x', seq: 0, ack: 2 ** 48 },
    ];
    for (const one of good) expect(parseMessage(JSON.stringify(one)), JSON.stringify(one).slice(0, 120)).toMatchObject({ ok: true });
  });

  it('K01 may leave out what an older version did not say, or write nothing there', () => {
    expect(parseMessage(JSON.stringify(without(alert, 'descr')))).toMatchObject({ message: { type: 'ALERT', descr: '' } });
    expect(parseMessage(JSON.stringify({ ...setup, offer: null, withdrawn: null, commit: null, nonce: null, dest_userid: null, dest_clientid: null }))).toEqual({ ok: true, message: { type: 'SETUP', sessid: 'S', resp: false, sdp: 'v=0', props: [] } });
  });

  it('K01 with a cause of a later version is read without it', () => {
    for (const cause of ['eclipse', 7, null, {}]) expect(parseMessage(JSON.stringify({ ...cancel, cause }))).toEqual({ ok: true, message: { type: 'CANCEL', sessid: 'S', resp: false } });
    for (const cause of ['ended', 'elsewhere', 'timeout', 'error', 'restarted']) expect(parseMessage(JSON.stringify({ ...cancel, cause }))).toMatchObject({ message: { cause } });
    for (const cause of ['declined', 'busy']) expect(parseMessage(JSON.stringify({ ...cancel, type: 'REJECT', cause }))).toMatchObject({ message: { cause } });
    expect(parseMessage(JSON.stringify({ ...cancel, cause: 'busy' }))).toEqual({ ok: true, message: { type: 'CANCEL', sessid: 'S', resp: false } });
  });

  it('J09 may have booleans for props, as some of AVS’s peers write them', () => {
    expect(parseMessage(JSON.stringify({ ...propsync, props: { muted: true, videosend: 'false' } }))).toMatchObject({ message: { props: [['muted', 'true'], ['videosend', 'false']] } });
  });

  it('K01 of a conference is kept whole, of a group by its fields', () => {
    const conference = { ...cancel, type: 'CONFSTART', sft_url: 'x', keys: [1, { a: 2 }] };
    const read = parseMessage(JSON.stringify(conference));
    expect(read).toEqual({ ok: true, message: { type: 'CONFSTART', sessid: 'S', resp: false, fields: conference } });
    expect(read.ok && encodeMessage(read.message)).toBe(JSON.stringify(conference));
    expect(parseMessage(JSON.stringify({ ...cancel, type: 'groupsetup', sdp: 'v=0', props: { a: 'b' }, more: 1 }))).toEqual({ ok: true, message: { type: 'GROUPSETUP', sessid: 'S', resp: false, sdp: 'v=0', props: [['a', 'b']] } });
  });

  it('K02 is measured in bytes of UTF-8, and not read when it is too long', () => {
    const text = (filler: string): string => JSON.stringify({ ...cancel, filler });
    const room = MAX_MESSAGE_BYTES - text('').length;

    expect(parseMessage(text('x'.repeat(room)))).toMatchObject({ ok: true });
    for (const filler of ['x'.repeat(room + 1), 'é'.repeat(room / 2 + 1), '€'.repeat(room / 3 + 1), '😀'.repeat(room / 4 + 1)]) expect(parseMessage(text(filler))).toEqual({ ok: false, failure: 'too-large' });
  });
});

describe('the length of a text', () => {
  it('is that of its UTF-8', () => {
    for (const text of ['', 'a', '\u007f', '\u0080', 'é', '\u07ff', '\u0800', '€', '\ud7ff', '\ue000', '\uffff', '😀', '\u{10000}', '\u{10ffff}', 'aé€😀b', '\ud800', '\udbff', '\udc00', '\udfff', '\ud800a', '\udc00\ud800', '\ud800\ud800\udc00', '\ud800\ue000', '\ud800\udbff', 'x\ud83d']) expect(utf8Length(text), JSON.stringify(text)).toBe(Buffer.byteLength(text));
  });
});

describe('the depth of a JSON text', () => {
  it('counts brackets and braces that are not in strings', () => {
    for (const [text, depth] of [['', 0], ['1', 0], ['[]', 1], ['{}', 1], ['[[],[]]', 2], ['[{"a":[1]}]', 3], ['["[[["]', 1], ['["\\"[[["]', 1], ['["\\\\",[]]', 2], ['{"[":{}}', 2], ['[[]', 2], [']][[', 0], ['"[', 0], ['["a","b",["c"]]', 2]] as const) expect(jsonDepth(text), text).toBe(depth);
  });
});

function without(whole: object, part: string): object {
  return Object.fromEntries(Object.entries(whole).filter(([key]) => key !== part));
}
