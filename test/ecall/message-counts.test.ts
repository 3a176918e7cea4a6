import { expect, it } from 'vitest';
import { ms, seconds } from '../../src/base/units.ts';
import { Town } from '../../src/testing/index.ts';

it('counts the messages of a call by road on both sides, while it lives and at its end', async () => {
  const town = new Town();
  const alice = await town.resident('alice', 'a1');
  const bob = await town.resident('bob', 'b1');
  const call = alice.call('bob');
  await town.time.advance(ms(100));
  bob.ringing.answer();
  await town.time.advance(seconds(1));
  const answered = bob.ringing;

  expect(call.messages()).toMatchObject({ backendSent: 1, backendReceived: 1 });
  expect(answered.messages()).toMatchObject({ backendSent: 1, backendReceived: 1 });
  expect(call.messages()?.channelReceived).toBeGreaterThan(0);
  call.end();
  await town.time.advance(seconds(5));

  const ours = (await call.whenEnded()).metrics.messages;
  const theirs = (await answered.whenEnded()).metrics.messages;
  expect(ours.channelReceived).toBe(theirs.channelSent);
  expect(theirs.channelReceived).toBe(ours.channelSent);
  expect(call.messages()).toBeUndefined();
});
