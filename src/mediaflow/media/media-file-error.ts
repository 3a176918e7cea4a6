/** Why a media file cannot be played. */
export type MediaFileFault =
  /** Not the kind of file it should be. */
  | 'not-this-format'
  /** Ends in the middle, or a length in it points outside. */
  | 'truncated'
  /** Its checksums do not agree with its content. */
  | 'corrupt'
  /** Of the right kind, but with a codec, mapping or size that calls do not use. */
  | 'unsupported'
  /** Nothing in it to play. */
  | 'empty';

/** A media file that cannot be used, whoever wrote it. The only error the readers throw. */
export class MediaFileError extends Error {
  override readonly name = 'MediaFileError' as const;
  readonly fault: MediaFileFault;

  constructor(fault: MediaFileFault, message: string) {
    super(message);
    this.fault = fault;
  }
}
