import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { CallEngine, type Call, type Log } from '../../src/index.ts';
import { WeriftMediaEngine } from '../../src/mediaflow/werift/index.ts';
import { LoopbackHub } from '../../src/transport/index.ts';
import { ring } from './two-engines.ts';

it('M03 a call, its renewal and its end leave nothing in the log by which a person, a place or a key could be known', async () => {
  const lines: string[] = [];
  const note = (...said: readonly unknown[]): void => void lines.push(JSON.stringify(said));
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const hub = new LoopbackHub();
  const passed: string[] = [];
  hub.tap((parcel) => passed.push(JSON.stringify(parcel)));
  const open = async (user: string): Promise<CallEngine> => new CallEngine({
    channel: await hub.channel({ user, device: `${user}-device` }), media: new WeriftMediaEngine(), log,
    // Refused, so that this is in the log as well.
    ice: { policy: 'all', servers: [{ urls: 'turn:127.0.0.1:9?transport=tcp', username: 'turn-user', credential: 'turn-credential' }] },
  });
  const [alice, bob] = await Promise.all([open('alice-of-somewhere'), open('bob-of-elsewhere')]);
  const ringing = ring(bob, 'our-conversation');
  const call = alice.call({ conversation: 'our-conversation', user: 'bob-of-elsewhere' });
  const callee = await ringing;
  callee.answer();
  await Promise.all([call.whenConnected(), callee.whenConnected()]);
  const renewed = new Promise<void>((resolve) => call.on('renewed', resolve));
  call.renew();
  await renewed;
  call.setMuted(true);
  call.end();
  await Promise.all([call.whenEnded(), callee.whenEnded()]);
  const secrets = [...idsOf(call), ...addresses(), 'our-conversation', 'alice-of-somewhere', 'bob-of-elsewhere', 'turn-user', 'turn-credential', 'candidate', 'a=', 'v=0', 'fingerprint', 'sdp'];
  await Promise.all([alice.close(), bob.close()]);

  expect(lines.length).toBeGreaterThan(30);
  expect(passed.length).toBeGreaterThan(3);
  const text = lines.join('\n');
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  // Session ids, fingerprints and keys have no other form than these.
  expect(text).not.toMatch(/[\dA-F]{2}(?::[\dA-F]{2}){7}|[\da-zA-Z+/_-]{22,}|\d+\.\d+\.\d+\.\d+/);
});

function idsOf(call: Call): readonly string[] {
  return [call.peer.device?.device ?? 'no device', ...(call.security.code ?? ['no code'])];
}

function addresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((list) => list ?? []).map(({ address }) => address);
}
