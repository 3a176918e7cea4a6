export { WeriftMediaEngine, type WeriftMediaEngineOptions } from './werift-media-engine.ts';
export { ivfFile, IvfFileSink, opusFile, OpusFileSink } from '../media/files.ts';
