/** The peer connections of this page: what goes over their data channels, and what they count. */
export type WatchedConnections = {
  readonly said: readonly string[];
  readonly heard: readonly string[];
  /** RTP packets of the newest connection that is not closed. */
  audio(): Promise<{ sent: number; received: number }>;
  forget(): void;
};

/** Looks over the shoulder of every connection that is made from here on, and changes nothing. */
export function watchConnections(): WatchedConnections {
  const said: string[] = [];
  const heard: string[] = [];
  let connections: RTCPeerConnection[] = [];
  const watch = (channel: RTCDataChannel): void => {
    const send = channel.send.bind(channel) as (data: string) => void;
    channel.send = (data: unknown) => {
      said.push(nameOf(data));
      send(data as string);
    };
    channel.addEventListener('message', ({ data }) => heard.push(nameOf(data)));
  };
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
      this.addEventListener('datachannel', ({ channel }) => watch(channel));
    }

    override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
      const channel = super.createDataChannel(label, options);
      watch(channel);
      return channel;
    }
  };
  return {
    said,
    heard,
    audio: async () => {
      const newest = connections.findLast(({ connectionState }) => connectionState !== 'closed');
      const counts = { sent: 0, received: 0 };
      (await newest?.getStats())?.forEach((entry: { type: string; kind?: string; packetsSent?: number; packetsReceived?: number }) => {
        if (entry.kind !== 'audio') return;
        if (entry.type === 'outbound-rtp') counts.sent += entry.packetsSent ?? 0;
        if (entry.type === 'inbound-rtp') counts.received += entry.packetsReceived ?? 0;
      });
      return counts;
    },
    forget: () => {
      said.length = 0;
      heard.length = 0;
      connections = connections.filter(({ connectionState }) => connectionState !== 'closed');
    },
  };
}

function nameOf(data: unknown): string {
  try {
    const { type, resp } = JSON.parse(String(data)) as { type?: string; resp?: boolean };
    return `${type ?? '?'}${resp === true ? '(r)' : ''}`;
  } catch {
    return `unreadable ${typeof data}`;
  }
}
