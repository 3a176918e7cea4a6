import { closeSync, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AudioSource, ReceivedAudio, ReceivedVideo, VideoSource } from '../port.ts';
import { playOpus, type PlayOptions } from './audio-sources.ts';
import { readIvf, IvfWriter } from './ivf.ts';
import { readOggOpus } from './ogg-opus.ts';
import { OggOpusWriter } from './ogg-opus-writer.ts';
import { playVideo } from './video-sources.ts';

/** Plays an Ogg/Opus file in real time. Rejects with `MediaFileError`, or the system's error when it cannot be read. */
export async function opusFile(path: string, options?: PlayOptions): Promise<AudioSource> {
  return playOpus(readOggOpus(await readFile(path)), options);
}

/** Plays an IVF file (VP8, VP9 or H.264) in real time. Rejects as {@link opusFile} does. */
export async function ivfFile(path: string, options?: PlayOptions): Promise<VideoSource> {
  return playVideo(readIvf(await readFile(path)), options);
}

/** Records received audio as an Ogg/Opus file that plays as long as the call was. */
export class OpusFileSink {
  readonly #writer = new OggOpusWriter();
  #file: number | undefined;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
    writeSync(this.#file, this.#writer.start());
  }

  push(frame: ReceivedAudio): void {
    const bytes = this.#writer.push(frame);
    if (this.#file !== undefined && bytes.length > 0) writeSync(this.#file, bytes);
  }

  /** Without it the last second is missing. Idempotent. */
  close(): void {
    if (this.#file === undefined) return;
    writeSync(this.#file, this.#writer.finish());
    closeSync(this.#file);
    this.#file = undefined;
  }
}

/** Records received pictures as an IVF file. */
export class IvfFileSink {
  readonly #writer = new IvfWriter();
  #file: number | undefined;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
    writeSync(this.#file, this.#writer.header());
  }

  push(frame: ReceivedVideo): void {
    const bytes = this.#writer.push(frame);
    if (this.#file !== undefined && bytes.length > 0) writeSync(this.#file, bytes);
  }

  /** Completes the header. Idempotent. */
  close(): void {
    if (this.#file === undefined) return;
    const header = this.#writer.header();
    writeSync(this.#file, header, 0, header.length, 0);
    closeSync(this.#file);
    this.#file = undefined;
  }
}
