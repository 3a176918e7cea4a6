declare module 'simple-peer' {
  /** As much of simple-peer as the benchmark uses. */
  export default class SimplePeer {
    constructor(options: { initiator?: boolean; trickle?: boolean; wrtc?: unknown; config?: object; channelName?: string });
    on(event: 'signal', listener: (signal: unknown) => void): void;
    on(event: 'connect', listener: () => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
    signal(signal: unknown): void;
    addTransceiver(kind: 'audio'): void;
    destroy(): void;
  }
}
