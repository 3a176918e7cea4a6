import { PictureLossIndication, ReceiverEstimatedMaxBitrate, RtcpPayloadSpecificFeedback, RtcpRrPacket, RtcpSrPacket, type RTCRtpTransceiver, type RtcpPacket } from 'werift';
import type { Clock } from '../../base/clock.ts';
import { after, between, ms, type InstantMs } from '../../base/units.ts';
import { ReceiveEstimate } from '../rtp/receive-estimate.ts';
import type { StreamMeter } from '../rtp/stream-meter.ts';
import type { MediaRoad } from './werift-media.ts';

/** RTCP of one flow: what the peer says of our media, and what we say of theirs. */
export class WeriftFeedback {
  readonly #clock: Clock;
  readonly #meters: { readonly audio: StreamMeter; readonly video: StreamMeter };
  readonly #pictureWanted: () => void;
  readonly #estimate = new ReceiveEstimate();
  #nextPictureRequest: InstantMs;
  #estimated: { readonly at: InstantMs; readonly bytes: number; readonly received: number; readonly lost: number } | undefined;
  #availableBitrate: number | undefined;

  constructor(clock: Clock, meters: { readonly audio: StreamMeter; readonly video: StreamMeter }, pictureWanted: () => void) {
    this.#clock = clock;
    this.#meters = meters;
    this.#pictureWanted = pictureWanted;
    this.#nextPictureRequest = clock.now();
  }

  /** What the peer's REMB allows us, in bits/s; absent until it said so. */
  get availableBitrate(): number | undefined {
    return this.#availableBitrate;
  }

  /** werift hands a picture loss to the wrong end when the peer sends video as well, so we look for ourselves. */
  receive(packet: RtcpPacket, road: MediaRoad): void {
    if (packet instanceof RtcpRrPacket || packet instanceof RtcpSrPacket) {
      for (const report of packet.reports) {
        if (report.ssrc === road.audio?.sender.ssrc) this.#meters.audio.report(report);
        if (report.ssrc === road.video?.sender.ssrc) this.#meters.video.report(report);
      }
      return;
    }
    if (!(packet instanceof RtcpPayloadSpecificFeedback)) return;
    const { feedback } = packet;
    if (feedback instanceof PictureLossIndication && feedback.mediaSsrc === road.video?.sender.ssrc) this.#pictureWanted();
    if (feedback instanceof ReceiverEstimatedMaxBitrate) this.#availableBitrate = Math.min(Number(feedback.bitrate), MOST_BELIEVED);
  }

  /** The picture from `source` cannot be put together: asks for one that stands alone. */
  requestPicture(video: RTCRtpTransceiver | undefined, source: number): void {
    const now = this.#clock.now();
    if (now < this.#nextPictureRequest) return;
    this.#nextPictureRequest = after(now, PICTURE_REQUEST_INTERVAL);
    video?.receiver.sendRtcpPLI(source).catch(() => {});
  }

  /** Tells the peer what its video may cost: to be called with each packet of it, says so once a second. */
  estimate(road: MediaRoad, source: number): void {
    const now = this.#clock.now();
    const last = this.#estimated;
    if (last !== undefined && between(last.at, now) < ESTIMATE_INTERVAL) return;
    const { bytesReceived: bytes, received, lost } = this.#meters.video.stats;
    this.#estimated = { at: now, bytes, received, lost };
    if (last === undefined) return;
    const [arrived, missing] = [received - last.received, Math.max(0, lost - last.lost)];
    const bitrate = this.#estimate.update(((bytes - last.bytes) * 8000) / between(last.at, now), missing / Math.max(1, arrived + missing));
    const exponent = Math.max(0, 32 - Math.clz32(bitrate) - MANTISSA_BITS);
    const feedback = new ReceiverEstimatedMaxBitrate({ senderSsrc: road.video?.sender.ssrc ?? 0, mediaSsrc: 0, ssrcNum: 1, brExp: exponent, brMantissa: bitrate >>> exponent, ssrcFeedbacks: [source] });
    road.transport.sendRtcp([new RtcpPayloadSpecificFeedback({ feedback })]).catch(() => {});
  }
}

/** A keyframe takes a round trip and is large: asking oftener brings more of them, not sooner. */
const PICTURE_REQUEST_INTERVAL = ms(500);
const ESTIMATE_INTERVAL = ms(1000);
const MANTISSA_BITS = 18;
/** A peer that says more says nothing: 100 Mbit/s. */
const MOST_BELIEVED = 100_000_000;
