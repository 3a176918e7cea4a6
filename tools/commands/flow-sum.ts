import type { FlowPhase, FlowStats } from '../../src/mediaflow/index.ts';

/** Counts over all flows that carried a call, one after the other. */
export class FlowSum {
  #before = NOTHING;
  #latest: FlowStats | undefined;

  /** The figures of the flow that carries now, with the counts of those before it. */
  add(flow: FlowStats): FlowStats {
    const latest = this.#latest;
    if (latest !== undefined && isOther(latest, flow)) this.#before = { audio: sum(this.#before.audio, latest.audio), video: sum(this.#before.video, latest.video) };
    this.#latest = flow;
    return { ...flow, audio: sum(this.#before.audio, flow.audio), video: sum(this.#before.video, flow.video) };
  }
}

type Count = FlowStats['audio'];

const NOTHING: Pick<FlowStats, 'audio' | 'video'> = { audio: nothing(), video: nothing() };

function nothing(): Count {
  return { sent: 0, received: 0, lost: 0, bytesSent: 0, bytesReceived: 0 };
}

/** What was measured rather than counted is that of the newer flow. */
function sum(before: Count, now: Count): Count {
  return {
    ...now,
    sent: before.sent + now.sent, received: before.received + now.received, lost: before.lost + now.lost,
    bytesSent: before.bytesSent + now.bytesSent, bytesReceived: before.bytesReceived + now.bytesReceived,
  };
}

/** A flow only counts up, and a moment that it has reached it keeps. */
function isOther(before: FlowStats, after: FlowStats): boolean {
  const { phases } = before;
  return after.audio.sent < before.audio.sent || after.audio.received < before.audio.received || PHASES.some((phase) => phases[phase] !== undefined && phases[phase] !== after.phases[phase]);
}

const PHASES: readonly FlowPhase[] = ['gathered', 'described', 'ice-connected', 'dtls-connected', 'channel-opened'];
