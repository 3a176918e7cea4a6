/** What one device, one user and everybody together may ask of the relay. */
export const RELAY_LIMITS = {
  /** Milliseconds, as long as devices keep the prekeys to open it: seven days. */
  mailFor: 7 * 86_400_000,
  /** Beyond either, room is made in a mailbox: the oldest mail of the user who takes most of it is dropped. */
  mailPerDevice: 1000,
  mailBytesPerDevice: 8 * 2 ** 20,
  /** Of one sending user, in all mailboxes. Beyond this its own oldest mail is dropped. */
  mailBytesPerSender: 16 * 2 ** 20,
  /** In all. Beyond this the user who takes most of it loses its oldest. */
  mailBytes: 512 * 2 ** 20,
  /** Last wills that a device may have waiting. */
  wills: 8,
  devices: 100_000,
  devicesPerUser: 32,
  /**
   * What a user may ask for in a burst, and how much a second it is refilled by. A small frame costs one; size,
   * recipients and look-ups cost more. A call needs some hundred in its life.
   */
  burst: 1000,
  refillPerSecond: 200,
  /** Replies kept for requests that are repeated after a reconnection, and how many characters of them. */
  repliesPerDevice: 64,
  replyCharactersPerDevice: 256 * 1024,
  connections: 10_000,
  /** Connections that have not said who they are. One more, and the longest silent of them is dropped. */
  strangers: 256,
  /** Milliseconds until a connection must have said who it is. */
  helloWithin: 10_000,
  /** A connection that is silent for longer is dropped; clients ping every 20 s. */
  silence: 60_000,
  /** What one connection may leave unread: more than a full mailbox. */
  unreadBytes: 16 * 2 ** 20,
  /** What all may leave unread. Beyond this, those that leave much are dropped. */
  unreadBytesInAll: 256 * 2 ** 20,
} as const;
