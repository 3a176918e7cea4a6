export {
  FlowError,
  MediaKindError,
  type AudioSource,
  type CandidateType,
  type FlowEvent,
  type FlowFailure,
  type FlowOptions,
  type FlowPhase,
  type FlowStats,
  type IceConfig,
  type IceServer,
  type Link,
  type LocalDescription,
  type LocalMedia,
  type MediaEngine,
  type MediaFlow,
  type MediaTrack,
  type OpusFrame,
  type ReceivedAudio,
  type ReceivedVideo,
  type TrackSource,
  type VideoFrame,
  type ReceptionReport,
  type SentMedia,
  type StreamStats,
  type VideoCodec,
  type VideoLimit,
  type VideoSource,
} from './port.ts';
export { FakeMediaEngine, type FakeMediaEngineOptions } from './fake/fake-media-engine.ts';
export { FakeNetwork } from './fake/fake-network.ts';
export { HEALTHY, type FakeBehaviour } from './fake/fake-behaviour.ts';
export type { FakeFlow } from './fake/fake-flow.ts';
export { playOpus, silence, tone, type PlayOptions } from './media/audio-sources.ts';
export { playVideo } from './media/video-sources.ts';
export { readOggOpus } from './media/ogg-opus.ts';
export { OggOpusWriter } from './media/ogg-opus-writer.ts';
export { IvfWriter, readIvf } from './media/ivf.ts';
export { opusSamples } from './media/opus-packet.ts';
export { opusSilence } from './media/opus-silence.ts';
export { MediaFileError, type MediaFileFault } from './media/media-file-error.ts';
export { intervalOf, type Interval, type Reading, type StreamInterval } from './quality/interval.ts';
export { gradeOf, type Grade } from './quality/grade.ts';
export { scoreOf } from './quality/score.ts';
export { adapt, openLadder, RUNGS, type Ladder } from './quality/ladder.ts';
export { openPathWatch, watchPath, type MediaPath, type PathWatch } from './quality/media-path.ts';
