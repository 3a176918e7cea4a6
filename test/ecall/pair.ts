import { expect } from 'vitest';
import { ms } from '../../src/base/units.ts';
import type { Call } from '../../src/ecall/index.ts';
import { Town, wordFor, type Resident, type ResidentOptions } from '../../src/testing/index.ts';

export type Pair = { readonly town: Town; readonly alice: Resident; readonly bob: Resident };
export type Conversation = Pair & { readonly call: Call; readonly answered: Call };

/** Alice and Bob, a device each. Alice's ids order below his: in a glare she loses. */
export async function pair(options: ResidentOptions = {}, bobs: ResidentOptions = options): Promise<Pair> {
  const town = new Town();
  return { town, alice: await town.resident('alice', 'a1', options), bob: await town.resident('bob', 'b1', bobs) };
}

/** Alice called, Bob's device rings. */
export async function ringing(options: ResidentOptions = {}, bobs: ResidentOptions = options): Promise<Conversation> {
  const two = await pair(options, bobs);
  const call = two.alice.call('bob');
  await moment(two.town);
  return { ...two, call, answered: two.bob.ringing };
}

/** Alice called, Bob answered, they talk. */
export async function talking(options: ResidentOptions = {}, bobs: ResidentOptions = options): Promise<Conversation> {
  const two = await ringing(options, bobs);
  two.answered.answer();
  await moment(two.town);
  expect([two.call.state, two.answered.state]).toEqual(['connected', 'connected']);
  return two;
}

/** Long enough for a message there and back, too short for any deadline. */
export async function moment(town: Town): Promise<void> {
  await town.time.advance(ms(100));
}

/** How the call ended, in a word. */
export async function howEnded(call: Call): Promise<string> {
  expect(call.state).toBe('ended');
  return (await call.whenEnded()).reason.type;
}

/** What a call said over its data channel. */
export function said(call: Call): readonly string[] {
  return call.trace().entries.flatMap(({ outputs }) => outputs.flatMap((output) => (output.type === 'say' ? [wordFor(output.message)] : [])));
}

/** How often something happened to a call from here on. */
export function count(call: Call, event: 'connected' | 'renewed' | 'renewal-failed' | 'ended' | 'peer-props' | 'no-media'): () => number {
  let times = 0;
  call.on(event, () => {
    times += 1;
  });
  return () => times;
}

/** No call, no flow, no timer, anywhere. */
export function expectNothingLeft(town: Town, ...people: readonly Resident[]): void {
  expect(people.flatMap(({ engine }) => engine.calls.map(({ state }) => state))).toEqual([]);
  expect(people.map(({ engine }) => engine.timers)).toEqual(people.map(() => 0));
  expect(town.network.openFlows).toBe(0);
  expect(town.time.pending).toBe(0);
}
