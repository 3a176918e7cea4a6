export { NativeMediaEngine, NoWebRtcError, type NativeMediaEngineOptions } from './native-media-engine.ts';
