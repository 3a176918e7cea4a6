import { describe, expect, test } from 'vitest';
import type { RTCPeerConnection } from 'werift';
import type { NackInside } from '../../../src/mediaflow/werift/hardening/missing-packets.ts';
import { hardened, stock } from './pair.ts';

describe('packets from one end of the numbers to the other', () => {
  test('have stock werift write down all that lies between: the defect', async () => {
    expect(await writtenDown(stock(), [1, 65_000])).toBe(64_998);
  });

  test('cost a hardened peer nothing, and it goes on from there', async () => {
    expect(await writtenDown(await hardened(), [1, 32_000, 63_000, 30_000, 61_000])).toBe(0);
    expect(await missingAfter(await hardened(), [1, 32_000, 32_003])).toEqual([32_001, 32_002]);
  });
});

describe('a gap around the wrap of the numbers', () => {
  test('is not seen by stock werift, nor is any later one: the defect', async () => {
    expect(await missingAfter(stock(), [65_530, 2, 5, 9])).toEqual([]);
  });

  test('is asked for by a hardened peer', async () => {
    expect(await missingAfter(await hardened(), [65_533, 2, 5])).toEqual([65_534, 65_535, 0, 1, 3, 4].sort((one, other) => one - other));
  });
});

test('a packet that comes late is not missing any more, and one that comes twice never was', async () => {
  expect(await missingAfter(await hardened(), [10, 14, 12, 14, 10, 9])).toEqual([11, 13]);
});

async function writtenDown(peer: RTCPeerConnection, numbers: readonly number[]): Promise<number> {
  let written = 0;
  await missingAfter(peer, numbers, () => (written += 1));
  return written;
}

async function missingAfter(peer: RTCPeerConnection, numbers: readonly number[], noted: () => void = () => {}): Promise<readonly number[]> {
  const { nack } = peer.addTransceiver('video').receiver as unknown as { readonly nack: NackInside };
  const setLost = nack.setLost.bind(nack);
  nack.setLost = (number, asked) => {
    noted();
    setLost(number, asked);
  };
  for (const sequenceNumber of numbers) nack.addPacket({ header: { sequenceNumber, ssrc: 9 } });
  const missing = [...nack.lostSeqNumbers].sort((one, other) => one - other);
  nack.close();
  await peer.close();
  return missing;
}
