import { joinBytes } from '../../base/join-bytes.ts';
import type { ReceivedVideo, VideoCodec } from '../port.ts';
import { SequenceExtender } from './sequence.ts';
import { VIDEO_PAYLOADS, type VideoPayloads } from './video-codec.ts';

export type VideoPacket = { readonly sequence: number; readonly timestamp: number; readonly marker: boolean; readonly payload: Uint8Array };

/**
 * Puts pictures together from RTP packets that come late, twice, out of order or not at all. Waits for a
 * missing packet while {@link PATIENCE} newer ones arrive; then the picture is lost, and nothing is delivered
 * until the next keyframe, because what follows would build on what is missing.
 */
export class PictureAssembler {
  readonly #codec: VideoCodec;
  readonly #payloads: VideoPayloads;
  readonly #deliver: (picture: ReceivedVideo) => void;
  readonly #pictureLost: () => void;
  readonly #extender = new SequenceExtender();
  readonly #waiting = new Map<number, VideoPacket>();
  #next: number | undefined;
  #pieces: Uint8Array[] = [];
  #timestamp = 0;
  /** Whether the bytes gathered so far begin where a picture begins. */
  #begun = false;
  #needsKeyframe = true;
  #afterMarker = true;

  constructor(codec: VideoCodec, deliver: (picture: ReceivedVideo) => void, pictureLost: () => void) {
    this.#codec = codec;
    this.#payloads = VIDEO_PAYLOADS[codec];
    this.#deliver = deliver;
    this.#pictureLost = pictureLost;
  }

  push(packet: VideoPacket): void {
    const at = this.#extender.extend(packet.sequence);
    this.#next ??= at;
    if (at < this.#next) return;
    this.#waiting.set(at, packet);
    this.#consume();
    if (this.#waiting.size > PATIENCE) {
      this.#next = Math.min(...this.#waiting.keys());
      this.#afterMarker = false;
      this.#lose();
      this.#consume();
    }
  }

  #consume(): void {
    for (let next = this.#next ?? 0; ; next++) {
      const packet = this.#waiting.get(next);
      if (packet === undefined) return;
      this.#waiting.delete(next);
      this.#next = next + 1;
      this.#append(packet);
    }
  }

  #append({ payload, timestamp, marker }: VideoPacket): void {
    const piece = this.#payloads.read(payload);
    // Padding: a packet that only moves the sequence on.
    if (piece === undefined) return;
    const afterMarker = this.#afterMarker;
    this.#afterMarker = marker;
    if (piece.startsPicture ?? (afterMarker && !this.#begun)) {
      if (this.#begun) this.#lose();
      this.#pieces = [];
      this.#begun = true;
      this.#timestamp = timestamp;
    } else if (!this.#begun || timestamp !== this.#timestamp) {
      this.#lose();
      return;
    }
    this.#pieces.push(...piece.bytes);
    if (this.#pieces.length > MAX_PIECES) this.#lose();
    else if (marker) this.#finish();
  }

  #finish(): void {
    const picture = joinBytes(this.#pieces);
    const keyframe = this.#payloads.isKeyframe(picture);
    this.#begun = false;
    this.#pieces = [];
    if (this.#needsKeyframe && !keyframe) {
      this.#pictureLost();
      return;
    }
    this.#needsKeyframe = false;
    this.#deliver({ payload: picture, timestamp: this.#timestamp, keyframe, codec: this.#codec });
  }

  #lose(): void {
    this.#begun = false;
    this.#pieces = [];
    this.#needsKeyframe = true;
    this.#pictureLost();
  }
}

/** Some 200 ms of video at 1 Mbit/s: a retransmission that takes longer comes too late to be seen. */
const PATIENCE = 30;
/** 5 MB, far beyond any picture of a call. */
const MAX_PIECES = 9_000;
