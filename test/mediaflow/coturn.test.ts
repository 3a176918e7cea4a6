import { networkInterfaces } from 'node:os';
import { classes, Message, methods, type RTCPeerConnection, type StunOverTurnProtocol } from 'werift';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seconds } from '../../src/base/units.ts';
import { recordFlow, told } from '../../src/mediaflow/conformance/recorded-flow.ts';
import type { IceConfig, IceServer } from '../../src/mediaflow/index.ts';
import { WeriftMediaEngine, type WeriftMediaEngineOptions } from '../../src/mediaflow/werift/index.ts';
import { createHardenedPeer } from '../../src/mediaflow/werift/hardened-peer.ts';
import { Coturn, deadServer } from '../coturn.ts';
import { connectWerift } from './werift-pair.ts';

let coturn: Coturn;
beforeAll(async () => {
  coturn = await Coturn.start();
}, 300_000);
afterAll(() => coturn.stop());

describe('through a real TURN server', () => {
  it.each(['udp', 'tcp', 'tls'] as const)('M01 two relay-only flows talk over %s, relay to relay, and show no address of their own', async (transport) => {
    const options = { turnTls: { ca: coturn.certificate } };
    const pair = await connectWerift({ flow: { video: false, ice: relayed(coturn.server(transport)) }, callerEngine: options, calleeEngine: options });
    try {
      for (const sdp of [pair.offer, pair.answer]) {
        expect(sdp).toMatch(/ typ relay raddr 0\.0\.0\.0 rport 0/);
        expect(sdp).not.toMatch(/ typ (?:host|srflx|prflx)|\.local/);
        for (const address of ownAddresses()) expect(sdp).not.toContain(address);
      }
      await pair.opened();
      expect([pair.a, pair.b].map(({ flow }) => flow.stats().pair)).toEqual([{ local: 'relay', remote: 'relay' }, { local: 'relay', remote: 'relay' }]);
    } finally {
      await pair.close();
    }
  });

  it('H16 a server that is named by its IPv6 address is reached', async () => {
    expect(await describeWith(relayed(coturn.server('udp', seconds(600), '[::1]')))).toMatchObject({ outcome: Coturn.hasIpv6 ? 'relayed' : 'no-relay' });
  });

  it('a certificate that nobody vouches for is not believed: no relay, and no credentials shown', async () => {
    expect(await describeWith(relayed(coturn.server('tls')))).toMatchObject({ outcome: 'no-relay' });
    expect(await describeWith(relayed(coturn.server('tls')), { turnTls: { rejectUnauthorized: false } })).toMatchObject({ outcome: 'relayed' });
  });

  it.each([
    ['wrong', () => ({ ...coturn.server('udp'), credential: 'wrong' })],
    ['wrong, over TCP', () => ({ ...coturn.server('tcp'), credential: 'wrong' })],
    ['of a user that nobody knows', () => ({ ...coturn.server('udp'), username: 'somebody' })],
    ['expired', () => coturn.server('udp', seconds(-60))],
    ['expired, over TCP', () => coturn.server('tcp', seconds(-60))],
  ])('M02 credentials that are %s are told as such within two seconds', async (_, server) => {
    const { outcome, after, refusals } = await describeWith(relayed(server()));

    expect({ outcome, refusals }).toEqual({ outcome: 'relay-refused', refusals: 1 });
    expect(after).toBeLessThan(2_000);
  });

  it('a call that need not be relayed goes on without, and is told', async () => {
    const { outcome, refusals } = await describeWith({ servers: [coturn.server('udp', seconds(-60))], policy: 'all' });

    expect({ outcome, refusals }).toEqual({ outcome: 'direct', refusals: 1 });
  });

  it('one dead server among several costs two seconds, over any transport', async () => {
    const dead = await deadServer();
    const silent = (urls: string): IceServer => ({ ...coturn.server('udp'), urls });
    const servers = [silent(`turn:127.0.0.1:${dead.port}?transport=udp`), silent(`turn:127.0.0.1:${dead.port}`), silent('turn:no-such-server.invalid'), { urls: `stun:127.0.0.1:${dead.port}` }, coturn.server('udp')];
    try {
      for (const policy of ['relay', 'all'] as const) {
        const { outcome, after } = await describeWith({ servers, policy });
        expect(outcome).toBe('relayed');
        expect(after).toBeLessThan(3_000);
      }
    } finally {
      dead.close();
    }
  });

  it('a dead STUN server alone does not hold a call up, and another is heard', async () => {
    const dead = await deadServer();
    try {
      const { outcome, after } = await describeWith({ servers: [{ urls: [`stun:127.0.0.1:${dead.port}`] }], policy: 'all' });
      expect(outcome).toBe('direct');
      expect(after).toBeLessThan(3_000);
    } finally {
      dead.close();
    }
  });
});

describe('a relay in use', () => {
  it('M02 outlives the expiry of its credentials, and nonces that grow stale', async () => {
    const strict = await Coturn.start('--stale-nonce=1');
    const made: RTCPeerConnection[] = [];
    const createPeer: WeriftMediaEngineOptions['createPeer'] = (options) => {
      const peer = createHardenedPeer(options);
      made.push(peer);
      return peer;
    };
    const pair = await connectWerift({ flow: { video: false, ice: relayed(strict.server('udp', seconds(2))) }, callerEngine: { createPeer } });
    try {
      await pair.opened();
      await new Promise((resolve) => setTimeout(resolve, 3_100));
      expect(await describeWith(relayed(strict.server('udp', seconds(-1))))).toMatchObject({ outcome: 'relay-refused' });

      // What the allocation's own timer does every eight minutes.
      const { turn } = made[0]!.iceTransports[0]!.connection.nominated!.protocol as StunOverTurnProtocol;
      const [answer] = await turn.requestWithRetry(new Message(methods.REFRESH, classes.REQUEST).setAttribute('LIFETIME', 600), turn.server);

      expect(answer.getAttributeValue('LIFETIME')).toBe(600);
      expect(pair.a.flow.send('{}')).toBe('sent');
      await pair.until(() => told(pair.b, 'channel-message').length > 0, 'the message');
    } finally {
      await pair.close();
      await strict.stop();
    }
  });
});

/** What a flow with these servers describes, and how long that took. */
async function describeWith(ice: IceConfig, options: WeriftMediaEngineOptions = {}): Promise<{ readonly outcome: string; readonly after: number; readonly refusals: number }> {
  const engine = new WeriftMediaEngine(options);
  const recorded = recordFlow(engine, { video: false, ice });
  const began = performance.now();
  try {
    const outcome = await recorded.flow.createOffer().then(
      ({ sdp }) => (sdp.includes(' typ relay ') ? 'relayed' : 'direct'),
      (error: unknown) => (error as { failure: string }).failure,
    );
    return { outcome, after: performance.now() - began, refusals: told(recorded, 'relay-refused').length };
  } finally {
    await engine.close();
  }
}

function relayed(...servers: readonly IceServer[]): IceConfig {
  return { servers, policy: 'relay' };
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((list) => list ?? []).filter(({ internal }) => !internal).map(({ address }) => address);
}
