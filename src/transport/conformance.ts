import { sameDevice, type Device } from '../base/device.ts';
import type { BackendChannel, DeviceOutcome, IncomingMessage, OutgoingMessage, SendResult } from './port.ts';

/** Two users, one with two devices, on one backend, and nothing said yet. */
export type ConformanceWorld = {
  readonly alice: BackendChannel;
  readonly bob: BackendChannel;
  readonly bobsOther: BackendChannel;
  /** Lets what is on its way arrive: virtual time passes, or a moment of real time does. */
  settle(): Promise<void>;
  /** Frees what the world holds beyond the channels. */
  close(): Promise<void>;
};

/** One promise of {@link BackendChannel}, checked in a world of its own. */
export type ConformanceCheck = { readonly name: string; readonly run: () => Promise<void> };

/** An implementation of {@link BackendChannel} breaks one of its promises. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError' as const;
}

/**
 * What every {@link BackendChannel} must do, for its implementers to run in their own test runner:
 *
 *     for (const { name, run } of channelConformance(makeWorld)) it(name, run);
 *
 * The world must be calm: nothing is lost in it.
 */
export function channelConformance(makeWorld: () => Promise<ConformanceWorld>): readonly ConformanceCheck[] {
  return CHECKS.map(([name, check]) => ({
    name,
    run: async () => {
      const world = await makeWorld();
      try {
        await check(world);
      } finally {
        for (const channel of [world.alice, world.bob, world.bobsOther]) await channel.close();
        await world.close();
      }
    },
  }));
}

type Check = readonly [name: string, check: (world: ConformanceWorld) => Promise<void>];

const CHECKS: readonly Check[] = [
  [
    'a message reaches every device of a user, with its text, conversation and authenticated sender',
    async (world) => {
      const [bob, other] = [listen(world.bob), listen(world.bobsOther)];
      const result = await world.alice.send(toBob(world, 'hello'));
      await until(world, 'both devices have it', () => bob.length === 1 && other.length === 1);
      for (const [message] of [bob, other]) {
        agree('text', message?.text, 'hello');
        agree('conversation', message?.conversation, CONVERSATION);
        agree('sender is proved', message !== undefined && sameDevice(message.from, world.alice.self), true);
      }
      agree('outcomes', outcomesOf(result).map(({ outcome }) => outcome), ['delivered', 'delivered']);
    },
  ],
  [
    'a message to one device reaches that device alone',
    async (world) => {
      const [bob, other] = [listen(world.bob), listen(world.bobsOther)];
      await world.alice.send({ ...toBob(world, 'only you'), to: { type: 'devices', devices: [world.bob.self] } });
      await until(world, 'the device has it', () => bob.length === 1);
      await world.settle();
      agree('messages to the other device', other.length, 0);
    },
  ],
  [
    'devices that are excepted get nothing',
    async (world) => {
      const [bob, other] = [listen(world.bob), listen(world.bobsOther)];
      await world.alice.send({ ...toBob(world, 'not you'), to: { type: 'users', users: [world.bob.self.user], except: [world.bob.self] } });
      await until(world, 'the other device has it', () => other.length === 1);
      await world.settle();
      agree('messages to the excepted device', bob.length, 0);
    },
  ],
  [
    "a message to one's own user reaches one's other devices and never oneself",
    async (world) => {
      const [bob, other] = [listen(world.bob), listen(world.bobsOther)];
      await world.bob.send(toBob(world, 'answered here'));
      await until(world, 'the other device has it', () => other.length === 1);
      await world.settle();
      agree('messages to oneself', bob.length, 0);
    },
  ],
  [
    'messages to one device arrive in the order in which they were sent, without awaiting any',
    async (world) => {
      const bob = listen(world.bob);
      listen(world.bobsOther);
      const texts = Array.from({ length: 20 }, (_, index) => `message ${index}`);
      await Promise.all(texts.map((text) => world.alice.send(toBob(world, text))));
      await until(world, 'all have arrived', () => bob.length === texts.length);
      agree('order', bob.map(({ text }) => text), texts);
    },
  ],
  [
    'a message that arrives before anybody listens is kept',
    async (world) => {
      await world.alice.send(toBob(world, 'early'));
      await world.settle();
      const bob = listen(world.bob);
      await until(world, 'it is delivered', () => bob.length === 1);
    },
  ],
  [
    'a fresh message is a few seconds old at most, and never of negative age',
    async (world) => {
      const bob = listen(world.bob);
      await world.alice.send(toBob(world, 'now'));
      await until(world, 'it arrives', () => bob.length === 1);
      const age = bob[0]?.age ?? Number.NaN;
      agree('age between 0 and 5 s', age >= 0 && age < 5000, true);
    },
  ],
  [
    'the largest text arrives unchanged, and one byte more is refused as too large',
    async (world) => {
      const bob = listen(world.bob);
      const largest = 'ä'.repeat(16_000);
      await world.alice.send(toBob(world, largest));
      await until(world, 'it arrives', () => bob.length === 1);
      agree('text', bob[0]?.text === largest, true);
      agree('refusal', refusalOf(await world.alice.send(toBob(world, `${largest}.`))), 'too-large');
    },
  ],
  [
    'a device that does not exist is gone, and the others get the message once',
    async (world) => {
      const bob = listen(world.bob);
      const nobody: Device = { user: world.bob.self.user, device: 'no-such-device' };
      const result = await world.alice.send({ ...toBob(world, 'anyone?'), to: { type: 'devices', devices: [world.bob.self, nobody] } });
      await until(world, 'it arrives', () => bob.length === 1);
      await world.settle();
      agree('messages', bob.length, 1);
      agree('outcome', outcomesOf(result).find(({ device }) => device.device === nobody.device)?.outcome, 'gone');
    },
  ],
  [
    'a closed channel refuses to send, delivers nothing, and may be closed again',
    async (world) => {
      const bob = listen(world.bob);
      await world.bob.close();
      await world.alice.send(toBob(world, 'too late'));
      await world.settle();
      agree('messages', bob.length, 0);
      agree('refusal', refusalOf(await world.bob.send(toBob(world, 'from the grave'))), 'closed');
      await world.bob.close();
    },
  ],
  [
    'a send under way when the channel is closed resolves as refused, or was taken',
    async (world) => {
      const sending = world.alice.send(toBob(world, 'wait'));
      await world.alice.close();
      const result = await sending;
      agree('closed or taken', result.type === 'taken' || result.because === 'closed', true);
    },
  ],
];

const CONVERSATION = 'conformance';

function toBob({ bob }: ConformanceWorld, text: string): OutgoingMessage {
  return { conversation: CONVERSATION, to: { type: 'users', users: [bob.self.user], except: [] }, text, urgency: 'ring' };
}

function listen(channel: BackendChannel): IncomingMessage[] {
  const heard: IncomingMessage[] = [];
  channel.onMessage((message) => heard.push(message));
  return heard;
}

function outcomesOf(result: SendResult): readonly DeviceOutcome[] {
  if (result.type === 'taken') return result.outcomes;
  throw new ConformanceError(`the backend should have taken the message, but it was refused: ${result.because}`);
}

function refusalOf(result: SendResult): string {
  return result.type === 'refused' ? result.because : 'none';
}

async function until(world: ConformanceWorld, what: string, holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    if (holds()) return;
    await world.settle();
  }
  throw new ConformanceError(`it does not come to pass that ${what}`);
}

function agree(what: string, found: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new ConformanceError(`${what}: ${left} instead of ${right}`);
}
