import { array, assert, constantFrom, nat, option, property, record, string, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backendTime, ms } from '../../src/base/units.ts';
import { encodeClientFrame, encodeServerFrame, parseClientFrame, parseServerFrame, PROTOCOL_LIMITS, type ClientFrame, type ServerFrame } from '../../src/transport/index.ts';
import { fromBase64, toBase64 } from '../../src/transport/websocket/base64.ts';

const name = string({ minLength: 1, maxLength: 40 });
const device = record({ user: name, device: name });
const bytes = uint8Array({ maxLength: 300 });

describe('what a device and a backend say to each other', () => {
  it('arrives as it was said: a dispatch', () => {
    const parcels = array(record({ to: device, bytes }), { maxLength: 5 });
    const dispatch = record({ conversation: name, parcels, complete: array(name, { maxLength: 5 }), except: array(device, { maxLength: 5 }), urgency: constantFrom('ring' as const, 'normal' as const), ringFor: nat() });
    assert(
      property(nat(), dispatch, (request, { ringFor, ...rest }) => {
        const frame: ClientFrame = { type: 'send', request, dispatch: { ...rest, ringFor: ms(ringFor) } };
        expect(parseClientFrame(encodeClientFrame(frame))).toEqual(frame);
      }),
    );
  });

  it('arrives as it was said: a parcel, a directory with and without keys', () => {
    assert(
      property(name, name, device, bytes, (id, conversation, from, body) => {
        const frame: ServerFrame = { type: 'parcel', id, parcel: { conversation, from, bytes: body } };
        expect(parseServerFrame(encodeServerFrame(frame))).toEqual(frame);
      }),
    );
    const key = uint8Array({ minLength: 32, maxLength: 32 });
    const prekey = record({ publicKey: key, signature: uint8Array({ minLength: 64, maxLength: 64 }), validFrom: nat().map(backendTime), validUntil: nat().map(backendTime) });
    assert(
      property(nat(), array(record({ device, bundle: option(record({ identityKey: key, prekey })) })), (request, entries) => {
        const devices = entries.map(({ device: of, bundle }) => (bundle === null ? { device: of } : { device: of, bundle }));
        expect(parseServerFrame(encodeServerFrame({ type: 'bundles', request, devices }))).toEqual({ type: 'bundles', request, devices });
      }),
    );
  });

  it('is never more than both ends allow', () => {
    const to = { user: 'u', device: 'd' };
    const dispatch = { conversation: 'c', complete: [], except: [], urgency: 'ring' as const };
    const parse = (parcels: { to: typeof to; bytes: Uint8Array }[]): unknown => parseClientFrame(encodeClientFrame({ type: 'send', request: 1, dispatch: { ...dispatch, parcels } }));
    expect(parse(Array.from({ length: PROTOCOL_LIMITS.parcels }, () => ({ to, bytes: new Uint8Array(1) })))).toBeDefined();
    expect(parse(Array.from({ length: PROTOCOL_LIMITS.parcels + 1 }, () => ({ to, bytes: new Uint8Array(1) })))).toBeUndefined();
    expect(parse([{ to, bytes: new Uint8Array(PROTOCOL_LIMITS.parcelBytes) }])).toBeDefined();
    expect(parse([{ to, bytes: new Uint8Array(PROTOCOL_LIMITS.parcelBytes + 3) }])).toBeUndefined();
  });

  it('is a frame or nothing, whatever the text', () => {
    assert(
      property(string({ maxLength: 200 }), (text) => {
        expect(parseClientFrame(text)).toBeUndefined();
        expect(parseServerFrame(text)).toBeUndefined();
      }),
    );
  });
});

describe('base64', () => {
  it('gives back the bytes, however many', () => {
    assert(
      property(uint8Array({ maxLength: 40_000 }), (some) => {
        expect(fromBase64(toBase64(some), 40_000)).toEqual(some);
      }),
      { numRuns: 30 },
    );
  });

  it.each(['*', 'A', 7, undefined])('is not %s', (text) => {
    expect(fromBase64(text, 100)).toBeUndefined();
  });
});
