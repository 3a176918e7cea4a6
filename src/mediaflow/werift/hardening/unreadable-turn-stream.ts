import type { TurnProtocol } from 'werift';

/**
 * Ends a TCP or TLS road to a TURN server when what comes over it cannot be cut into messages. Stock werift waits
 * for the rest of a message that it will never find, keeps all that comes, and copies it for each piece that does.
 */
export function endUnreadableStream(turn: TurnProtocol): void {
  const inside = turn as unknown as StreamInside;
  const receive = inside.dataReceived.bind(turn);
  inside.dataReceived = (data, from) => {
    receive(data, from);
    if (inside.tcpBuffer.length < LONGEST_MESSAGE) return;
    inside.tcpBuffer = Buffer.alloc(0);
    turn.transport.close().catch(() => {});
  };
}

/** `TurnProtocol`, as far as it reads a stream. */
type StreamInside = {
  /** What has come of the next message. */
  tcpBuffer: Buffer;
  dataReceived(data: Buffer, from: readonly [host: string, port: number]): void;
};

/** Header, body and padding (RFC 8656 §12.5, RFC 8489 §5). */
const LONGEST_MESSAGE = 20 + 65_535 + 3;
