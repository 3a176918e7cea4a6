import { expect, it } from 'vitest';
import { seconds } from '../../src/base/units.ts';
import { talking } from './pair.ts';

it('counts the messages of a call by road on both sides, while it lives and at its end', async () => {
  const { town, call, answered } = await talking();
  await town.time.advance(seconds(1));

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
