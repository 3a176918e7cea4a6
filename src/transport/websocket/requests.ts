import type { Clock, StopTimer } from '../../base/clock.ts';
import { seconds } from '../../base/units.ts';
import { encodeClientFrame, parseClientFrame, type ClientFrame, type ServerFrame } from './protocol.ts';
import type { ConnectionPhase, WebSocketConnection } from './websocket-connection.ts';

type Request = Extract<ClientFrame, { readonly request: number }>;
type Reply = Extract<ServerFrame, { readonly request: number }>;

/** What became of a request. `offline`: no reply within the limit; the backend may or may not have seen it. */
export type RequestOutcome = Reply | { readonly type: 'offline' | 'rejected' | 'closed' };

/** Long enough for a change of network, short enough that a caller does not stare at a dead button. */
const REPLY_LIMIT = seconds(15);

type Open = { readonly frame: Request; readonly settle: (outcome: RequestOutcome) => void; readonly stopTimer: StopTimer };

/** Requests over a connection that comes and goes: those without a reply are repeated, in order, after each welcome. */
export class Requests {
  #connection: WebSocketConnection;
  #clock: Clock;
  #counter = 0;
  #open = new Map<number, Open>();
  /** What was said over this connection before its welcome. */
  #early: ReadonlySet<number> = new Set();

  constructor(connection: WebSocketConnection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
    connection.listen({
      onFrame: (frame) => this.#take(frame),
      onPhase: (phase) => this.#follow(phase),
      onGreeted: (say) => {
        this.#early = new Set(this.#open.keys());
        for (const { frame } of this.#open.values()) say(frame);
      },
    });
  }

  ask(make: (request: number) => Request): Promise<RequestOutcome> {
    const { phase } = this.#connection;
    if (phase.type === 'closed') return Promise.resolve({ type: 'closed' });
    if (phase.type === 'denied') return Promise.resolve({ type: 'rejected' });
    const request = ++this.#counter;
    const frame = make(request);
    // What the backend would take for nonsense must not cost the connection: it is refused here.
    if (parseClientFrame(encodeClientFrame(frame)) === undefined) return Promise.resolve({ type: 'rejected' });
    return new Promise((settle) => {
      const stopTimer = this.#clock.schedule(REPLY_LIMIT, () => this.#settle(request, { type: 'offline' }));
      this.#open.set(request, { frame, settle, stopTimer });
      this.#connection.say(frame);
    });
  }

  #take(frame: ServerFrame): void {
    if ('request' in frame) this.#settle(frame.request, frame);
  }

  #follow(phase: ConnectionPhase): void {
    switch (phase.type) {
      case 'connected':
        for (const [request, { frame }] of this.#open) if (!this.#early.has(request)) this.#connection.say(frame);
        return;
      case 'denied':
      case 'closed':
        for (const request of this.#open.keys()) this.#settle(request, { type: phase.type === 'closed' ? 'closed' : 'rejected' });
        return;
      case 'connecting':
      case 'waiting':
        this.#early = new Set();
    }
  }

  #settle(request: number, outcome: RequestOutcome): void {
    const open = this.#open.get(request);
    this.#open.delete(request);
    open?.stopTimer();
    open?.settle(outcome);
  }
}
