export {
  FlowError,
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
  type OpusFrame,
  type ReceivedAudio,
  type ReceivedVideo,
  type VideoFrame,
  type VideoSource,
} from './port.ts';
export { FakeMediaEngine, type FakeMediaEngineOptions } from './fake/fake-media-engine.ts';
export { FakeNetwork } from './fake/fake-network.ts';
export { HEALTHY, type FakeBehaviour } from './fake/fake-behaviour.ts';
export type { FakeFlow } from './fake/fake-flow.ts';
