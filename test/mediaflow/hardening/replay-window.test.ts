import { array, assert, constantFrom, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { recordsOf } from '../../../src/mediaflow/werift/hardening/dtls/record.ts';
import { ReplayWindow } from '../../../src/mediaflow/werift/hardening/replay-window.ts';
import { until, within } from './pair.ts';
import { twoEnds } from './two-ends.ts';

test('a packet is taken once, in whatever order packets come and are accepted again', () => {
  assert(
    property(constantFrom(4, 8, 16), array(integer({ min: 0, max: 40 }), { maxLength: 200, size: 'max' }), (size, numbers) => {
      const window = new ReplayWindow(size);
      const taken = new Set<number>();
      for (const number of numbers) {
        if (window.isFresh(number)) {
          expect(taken.has(number)).toBe(false);
          taken.add(number);
        }
        window.accept(number);
      }
    }),
  );
});

test('a Finished that is played again does not make the peer take a message twice', async () => {
  const wire: Buffer[] = [];
  const { client, server, close } = await twoEnds({ tap: (from, datagram) => (from === 'client' && wire.push(Buffer.from(datagram)), [datagram]) });
  await within(5_000, 'the handshake', Promise.all([client.outcome, server.outcome]));
  const records = (): { type: number; sequence: number; epoch: number; bytes: Buffer }[] =>
    wire.flatMap((datagram) => {
      let at = 0;
      return [...recordsOf(datagram)].map(({ type, sequence, epoch, fragment }) => ({ type, sequence, epoch, bytes: datagram.subarray(at, (at += 13 + fragment.length)) }));
    });
  const finished = records().find(({ type, epoch }) => type === 22 && epoch === 1)!;
  for (let index = 1; index <= 140; index += 1) client.endpoint.send(Buffer.from(`data ${index}`));
  await until(2_000, 'the messages', () => server.received.length === 140);
  // The window has 128 places: this record has the place that the Finished had.
  const shares = records().find(({ type, sequence }) => type === 23 && sequence === finished.sequence + 128)!;
  for (let round = 0; round < 3; round += 1) for (const { bytes } of [finished, shares]) server.endpoint.receive(bytes);
  expect(server.received.length).toBe(140);
  close();
});
