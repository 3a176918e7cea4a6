export { WeriftMediaEngine, type WeriftMediaEngineOptions } from './werift-media-engine.ts';
export { CallRecorder, type CallRecorderOptions } from '../media/call-recorder.ts';
export { readMatroska, type MatroskaMedia } from '../media/matroska.ts';
export { addressWatch, type AddressWatchOptions } from './address-watch.ts';
export { probeServers, type ProbeOptions, type ServerProbe } from './probe-servers.ts';
export { ivfFile, IvfFileSink, opusFile, OpusFileSink } from '../media/files.ts';
