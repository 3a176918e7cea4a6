import { PictureLossIndication, RtcpPayloadSpecificFeedback, RtpHeader, RtpPacket, type RTCDtlsTransport, type RTCRtpTransceiver, type RtcpPacket } from 'werift';
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { after, between, ms, type InstantMs } from '../../base/units.ts';
import type { FlowReporter } from '../flow-reporter.ts';
import type { FlowStats, LocalMedia, OpusFrame, VideoFrame } from '../port.ts';
import { ReceptionCount } from '../rtp/sequence.ts';
import { Vp8Assembler } from '../rtp/vp8-assembler.ts';
import { Vp8Packetizer } from '../rtp/vp8-packetizer.ts';
import type { Description } from '../sdp/description.ts';
import { SourceReader } from '../source-reader.ts';

/** What a flow has made before media can go either way. */
export type MediaRoad = {
  readonly transport: RTCDtlsTransport;
  readonly audio: RTCRtpTransceiver | undefined;
  readonly video: RTCRtpTransceiver | undefined;
};

/** Audio and video of one flow, between RTP packets and the encoded frames of sources and listeners. */
export class WeriftMedia {
  readonly reader: SourceReader;
  readonly #clock: Clock;
  readonly #reporter: FlowReporter;
  readonly #received = { audio: new ReceptionCount(), video: new ReceptionCount() };
  readonly #sent = { audio: 0, video: 0 };
  readonly #packetizer = new Vp8Packetizer(randomBytes(2).readUInt16BE());
  readonly #assembler: Vp8Assembler;
  readonly #payloadTypes = new Map<number, 'audio' | 'video' | 'repair'>();
  #road: MediaRoad | undefined;
  #maySendVideo = false;
  #lastAudioAt: InstantMs;
  #audioSequence = randomBytes(2).readUInt16BE();
  #audioTimestamp = randomBytes(4).readUInt32BE();
  #videoSequence = randomBytes(2).readUInt16BE();
  #videoSource = 0;
  #nextPictureRequest: InstantMs;

  constructor(clock: Clock, reporter: FlowReporter, video: boolean) {
    this.#clock = clock;
    this.#reporter = reporter;
    this.#nextPictureRequest = clock.now();
    this.#lastAudioAt = clock.now();
    this.reader = new SourceReader({
      videoSending: video,
      audio: (frame) => this.#sendAudio(frame),
      video: (frame) => this.#sendVideo(frame),
      fault: () => reporter.failed('device'),
    });
    this.#assembler = new Vp8Assembler((frame) => reporter.tell({ type: 'video', frame }), () => this.#requestPicture());
  }

  attach(media: LocalMedia): void {
    this.reader.attach(media);
  }

  /** Listens on the transport. What arrives before the negotiation ended cannot be told apart and is not heard. */
  listen(road: MediaRoad): void {
    this.#road = road;
    road.transport.onRtp.subscribe((packet) => this.#receive(packet));
    road.transport.onRtcp.subscribe((packet) => this.#receiveControl(packet));
  }

  /** What the peer's description allows and how it numbers the codecs. */
  negotiated(remote: Description, video: boolean): void {
    for (const section of remote.sections) {
      if (section.use !== 'audio' && section.use !== 'video') continue;
      for (const { payloadType, name } of section.codecs) this.#payloadTypes.set(payloadType, name === 'opus' ? 'audio' : name === 'VP8' ? 'video' : 'repair');
      if (section.use === 'video') this.#maySendVideo = video && (section.direction === 'sendrecv' || section.direction === 'recvonly');
    }
  }

  get counts(): Pick<FlowStats, 'audio' | 'video'> {
    const { audio, video } = this.#received;
    return {
      audio: { sent: this.#sent.audio, received: audio.received, lost: audio.lost },
      video: { sent: this.#sent.video, received: video.received, lost: video.lost },
    };
  }

  #sendAudio({ payload, samples }: OpusFrame): void {
    const pause = between(this.#lastAudioAt, this.#clock.now());
    this.#lastAudioAt = this.#clock.now();
    const marker = this.#sent.audio === 0 || pause > LONG_PAUSE;
    // The receiver must see a pause as a pause, not as packets that are late from now on.
    if (this.#sent.audio > 0 && pause > LONG_PAUSE) this.#audioTimestamp = (this.#audioTimestamp + Math.round(pause / 20) * 960) >>> 0;
    if (!this.#send(this.#road?.audio, payload, marker, this.#audioSequence, this.#audioTimestamp)) return;
    this.#sent.audio += 1;
    this.#audioSequence = (this.#audioSequence + 1) & 0xffff;
    this.#audioTimestamp = (this.#audioTimestamp + samples) >>> 0;
  }

  #sendVideo({ payload, timestamp }: VideoFrame): void {
    if (!this.#maySendVideo) return;
    const pieces = this.#packetizer.split(payload);
    for (const [index, piece] of pieces.entries()) {
      if (!this.#send(this.#road?.video, piece, index === pieces.length - 1, this.#videoSequence, timestamp >>> 0)) return;
      this.#sent.video += 1;
      this.#videoSequence = (this.#videoSequence + 1) & 0xffff;
    }
  }

  #send(transceiver: RTCRtpTransceiver | undefined, payload: Uint8Array, marker: boolean, sequenceNumber: number, timestamp: number): boolean {
    const sender = transceiver?.sender;
    if (sender?.codec === undefined || this.#road?.transport.state !== 'connected') return false;
    const header = new RtpHeader({ marker, sequenceNumber, timestamp, payloadType: sender.codec.payloadType });
    sender.sendRtp(new RtpPacket(header, Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength))).catch(() => {});
    return true;
  }

  #receive({ header, payload }: RtpPacket): void {
    this.#reporter.heard();
    const { sequenceNumber: sequence, timestamp, marker } = header;
    switch (this.#payloadTypes.get(header.payloadType)) {
      case 'audio':
        this.#received.audio.add(sequence);
        this.#reporter.mediaArrived('audio');
        this.#reporter.tell({ type: 'audio', frame: { payload: new Uint8Array(payload), timestamp, sequence } });
        return;
      case 'video':
        this.#received.video.add(sequence);
        this.#videoSource = header.ssrc;
        this.#reporter.mediaArrived('video');
        this.#assembler.push({ sequence, timestamp, marker, payload });
        return;
      case 'repair':
        // RFC 4588: the number of the packet it repeats, then that packet's payload.
        if (payload.length > 2) this.#assembler.push({ sequence: payload.readUInt16BE(0), timestamp, marker, payload: payload.subarray(2) });
        return;
      case undefined:
        return;
    }
  }

  /** werift hands a picture loss to the wrong end when the peer sends video as well, so we look for ourselves. */
  #receiveControl(packet: RtcpPacket): void {
    this.#reporter.heard();
    if (!(packet instanceof RtcpPayloadSpecificFeedback) || !(packet.feedback instanceof PictureLossIndication)) return;
    if (packet.feedback.mediaSsrc === this.#road?.video?.sender.ssrc) this.reader.requestKeyframe();
  }

  #requestPicture(): void {
    const now = this.#clock.now();
    if (now < this.#nextPictureRequest || this.#videoSource === 0) return;
    this.#nextPictureRequest = after(now, PICTURE_REQUEST_INTERVAL);
    this.#road?.video?.receiver.sendRtcpPLI(this.#videoSource).catch(() => {});
  }
}

/** A keyframe takes a round trip and is large: asking oftener brings more of them, not sooner. */
const PICTURE_REQUEST_INTERVAL = ms(500);

/** Longer than any timer is late; what took longer was a source that had nothing to say, or none at all. */
const LONG_PAUSE = ms(500);
