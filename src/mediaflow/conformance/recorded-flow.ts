import type { AudioSource, FlowEvent, FlowOptions, MediaEngine, MediaFlow, OpusFrame, VideoFrame, VideoSource } from '../port.ts';

/** A flow and everything it reported, in order. */
export type RecordedFlow = { readonly flow: MediaFlow; readonly events: readonly FlowEvent[] };

export function recordFlow(engine: MediaEngine, options: FlowOptions): RecordedFlow {
  const events: FlowEvent[] = [];
  return { flow: engine.createFlow(options, (event) => events.push(event)), events };
}

/** The events of one type. */
export function told<T extends FlowEvent['type']>(recorded: RecordedFlow, type: T): Extract<FlowEvent, { type: T }>[] {
  return recorded.events.filter((event): event is Extract<FlowEvent, { type: T }> => event.type === type);
}

/** Sources that push when the test says so. */
export function handSource<Frame extends OpusFrame | VideoFrame>(): { start(push: (frame: Frame) => void): () => void; requestKeyframe(): void; push(frame: Frame): void; readonly running: boolean; readonly keyframesAsked: number } {
  let to: ((frame: Frame) => void) | undefined;
  let asked = 0;
  return {
    start(push) {
      to = push;
      return () => (to = undefined);
    },
    push: (frame) => to?.(frame),
    requestKeyframe: () => {
      asked += 1;
    },
    get running() {
      return to !== undefined;
    },
    get keyframesAsked() {
      return asked;
    },
  };
}

export type HandAudio = ReturnType<typeof handSource<OpusFrame>> & AudioSource;
export type HandVideo = ReturnType<typeof handSource<VideoFrame>> & VideoSource;
