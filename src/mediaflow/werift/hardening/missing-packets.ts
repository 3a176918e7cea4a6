import type { RTCPeerConnection } from 'werift';

/**
 * Notes which video packets are missing in time that the peer does not decide. Stock werift writes down every
 * number between two packets, and sorts them all, before it forgets most: three packets of a peer, from one end of
 * the numbers to the other, cost a tenth of a second. And it loses count at a gap around the wrap: nothing is asked
 * for again until the numbers have gone round.
 */
export function boundMissingPackets(peer: RTCPeerConnection): void {
  peer.onTransceiverAdded.subscribe(({ receiver }) => {
    const { nack } = receiver as unknown as { readonly nack: NackInside };
    let highest: number | undefined;
    nack.addPacket = ({ header: { sequenceNumber, ssrc } }) => {
      nack.mediaSourceSsrc = ssrc;
      if (nack.getLost(sequenceNumber) !== undefined) return nack.removeLost(sequenceNumber);
      const before = highest ?? sequenceNumber;
      const ahead = (sequenceNumber - before) & 0xffff;
      if (ahead >= HALF_WRAP) return;
      highest = sequenceNumber;
      // Nobody keeps so many to send them again, and a picture that waited for them would be late.
      if (ahead > MOST_MISSING) return;
      for (let missing = 1; missing < ahead; missing += 1) nack.setLost((before + missing) & 0xffff, 1);
      nack.pruneLost();
    };
  });
}

/** `NackHandler`: what a receiver asks for again. */
export type NackInside = {
  mediaSourceSsrc: number | undefined;
  addPacket(packet: { readonly header: { readonly sequenceNumber: number; readonly ssrc: number } }): void;
  getLost(number: number): number | undefined;
  setLost(number: number, asked: number): void;
  removeLost(number: number): void;
  pruneLost(): void;
  readonly lostSeqNumbers: readonly number[];
  close(): void;
};

const HALF_WRAP = 0x8000;
/** As many as werift keeps in mind. */
const MOST_MISSING = 150;
