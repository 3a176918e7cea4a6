import { RtpHeader, RtpPacket, type RTCDtlsTransport, type RTCRtpTransceiver, type RtcpPacket } from 'werift';
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { between, ms, type InstantMs } from '../../base/units.ts';
import type { FlowReporter } from '../flow-reporter.ts';
import type { FlowOptions, FlowStats, LocalMedia, OpusFrame, VideoCodec, VideoFrame } from '../port.ts';
import { StreamMeter } from '../rtp/stream-meter.ts';
import { PictureAssembler, type VideoPacket } from '../rtp/picture-assembler.ts';
import { VIDEO_PAYLOADS } from '../rtp/video-codec.ts';
import { saysConstantBitrate, type Description } from '../sdp/description.ts';
import type { CodecName } from '../sdp/known-codecs.ts';
import { SourceReader } from '../source-reader.ts';
import { roundTripOf, useCodec } from './werift-flow-internals.ts';
import { WeriftFeedback } from './werift-feedback.ts';

/** What a flow has made before media can go either way. */
export type MediaRoad = {
  readonly transport: RTCDtlsTransport;
  readonly audio: RTCRtpTransceiver | undefined;
  readonly video: RTCRtpTransceiver | undefined;
};

/** The codec our pictures go in, and how they are cut. */
type Sending = { readonly codec: VideoCodec; readonly split: (picture: Uint8Array, keyframe: boolean) => readonly Uint8Array[] };

/** Audio and video of one flow, between RTP packets and the encoded frames of sources and listeners. */
export class WeriftMedia {
  readonly reader: SourceReader;
  readonly #clock: Clock;
  readonly #reporter: FlowReporter;
  readonly #meters = { audio: new StreamMeter(48_000), video: new StreamMeter(90_000) };
  readonly #feedback: WeriftFeedback;
  readonly #pictureSeed = randomBytes(2).readUInt16BE();
  /** How the peer numbers what it sends. Repairs are not told apart: what they repair is what it sends. */
  readonly #payloadTypes = new Map<number, CodecName | 'rtx'>();
  #sending: Sending | undefined;
  #receiving: { readonly codec: VideoCodec; readonly assembler: PictureAssembler } | undefined;
  #road: MediaRoad | undefined;
  #maySendVideo = false;
  #lastAudioAt: InstantMs;
  #audioSequence = randomBytes(2).readUInt16BE();
  #audioTimestamp = randomBytes(4).readUInt32BE();
  #videoSequence = randomBytes(2).readUInt16BE();
  #videoSource = 0;

  constructor(clock: Clock, reporter: FlowReporter, video: boolean) {
    this.#clock = clock;
    this.#reporter = reporter;
    this.#lastAudioAt = clock.now();
    this.reader = new SourceReader({
      videoSending: video,
      audio: (frame) => this.#sendAudio(frame),
      video: (frame) => this.#sendVideo(frame),
      fault: () => reporter.failed('device'),
    });
    this.#feedback = new WeriftFeedback(clock, this.#meters, () => this.reader.requestKeyframe());
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

  /** The peer is proved: sources are read, and reports go out. */
  start(): void {
    this.reader.start();
    // RTCP runs from the start (RFC 3550 §6.2), by werift from the first packet of media on: so nobody need ask
    // whether we are there while nothing is said.
    void this.#road?.audio?.receiver.runRtcp();
  }

  /** What the peer's description allows and how it numbers the codecs. */
  negotiated(remote: Description, { video, constantBitrate = false }: FlowOptions): void {
    if (constantBitrate || saysConstantBitrate(remote)) {
      this.reader.useConstantBitrate();
      this.#reporter.tell({ type: 'constant-bitrate' });
    }
    for (const section of remote.sections) {
      if (section.use !== 'audio' && section.use !== 'video') continue;
      for (const { payloadType, name } of section.codecs) this.#payloadTypes.set(payloadType, name);
      if (section.use === 'video') this.#maySendVideo = video && (section.direction === 'sendrecv' || section.direction === 'recvonly');
    }
  }

  get stats(): Pick<FlowStats, 'audio' | 'video' | 'roundTripMs' | 'availableBitrate'> {
    const roundTrip = roundTripOf(this.#road?.audio?.sender) ?? roundTripOf(this.#road?.video?.sender);
    const { availableBitrate } = this.#feedback;
    return {
      audio: this.#meters.audio.stats,
      video: this.#meters.video.stats,
      ...(roundTrip === undefined ? {} : { roundTripMs: roundTrip }),
      ...(availableBitrate === undefined ? {} : { availableBitrate }),
    };
  }

  #sendAudio({ payload, samples }: OpusFrame): void {
    const pause = between(this.#lastAudioAt, this.#clock.now());
    this.#lastAudioAt = this.#clock.now();
    const marker = this.#meters.audio.sent === 0 || pause > LONG_PAUSE;
    // The receiver must see a pause as a pause, not as packets that are late from now on.
    if (this.#meters.audio.sent > 0 && pause > LONG_PAUSE) this.#audioTimestamp = (this.#audioTimestamp + Math.round(pause / 20) * 960) >>> 0;
    if (!this.#send(this.#road?.audio, payload, marker, this.#audioSequence, this.#audioTimestamp)) return;
    this.#meters.audio.countSent(payload.length);
    this.#audioSequence = (this.#audioSequence + 1) & 0xffff;
    this.#audioTimestamp = (this.#audioTimestamp + samples) >>> 0;
  }

  /** Pictures of a codec that the peer does not take stay here. */
  #sendVideo({ payload, timestamp, keyframe, codec = 'VP8' }: VideoFrame): void {
    const sending = this.#maySendVideo ? this.#sendingIn(codec) : undefined;
    if (sending === undefined) return;
    const pieces = sending.split(payload, keyframe);
    for (const [index, piece] of pieces.entries()) {
      if (!this.#send(this.#road?.video, piece, index === pieces.length - 1, this.#videoSequence, timestamp >>> 0)) return;
      this.#meters.video.countSent(piece.length);
      this.#videoSequence = (this.#videoSequence + 1) & 0xffff;
    }
  }

  #sendingIn(codec: VideoCodec): Sending | undefined {
    if (this.#sending?.codec === codec) return this.#sending;
    const video = this.#road?.video;
    if (video === undefined || !useCodec(video, codec)) return undefined;
    const packetizer = VIDEO_PAYLOADS[codec].packetizer(this.#pictureSeed);
    this.#sending = { codec, split: (picture, keyframe) => packetizer.split(picture, keyframe) };
    return this.#sending;
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
    const codec = this.#payloadTypes.get(header.payloadType);
    switch (codec) {
      case 'opus':
        this.#meters.audio.countReceived({ sequence, timestamp, bytes: payload.length }, this.#clock.now());
        this.#reporter.mediaArrived('audio');
        this.#reporter.tell({ type: 'audio', frame: { payload: new Uint8Array(payload), timestamp, sequence } });
        return;
      case 'VP8':
      case 'VP9':
      case 'H264':
        this.#meters.video.countReceived({ sequence, timestamp, bytes: payload.length }, this.#clock.now());
        this.#videoSource = header.ssrc;
        this.#reporter.mediaArrived('video');
        this.#receivePicture(codec, { sequence, timestamp, marker, payload });
        if (this.#road !== undefined) this.#feedback.estimate(this.#road, header.ssrc);
        return;
      case 'rtx':
        // RFC 4588: the number of the packet it repeats, then that packet's payload.
        if (payload.length > 2) this.#receiving?.assembler.push({ sequence: payload.readUInt16BE(0), timestamp, marker, payload: payload.subarray(2) });
        return;
      case undefined:
        return;
    }
  }

  #receivePicture(codec: VideoCodec, packet: VideoPacket): void {
    if (this.#receiving?.codec !== codec) {
      this.#receiving = { codec, assembler: new PictureAssembler(codec, (frame) => this.#reporter.tell({ type: 'video', frame }), () => this.#requestPicture()) };
    }
    this.#receiving.assembler.push(packet);
  }

  #receiveControl(packet: RtcpPacket): void {
    this.#reporter.heard();
    if (this.#road !== undefined) this.#feedback.receive(packet, this.#road);
  }

  #requestPicture(): void {
    if (this.#videoSource !== 0) this.#feedback.requestPicture(this.#road?.video, this.#videoSource);
  }
}

/** Longer than any timer is late; what took longer was a source that had nothing to say, or none at all. */
const LONG_PAUSE = ms(500);
