/** What one device may ask of the relay. */
export const RELAY_LIMITS = {
  /** Milliseconds, as long as devices keep the prekeys to open it: seven days. */
  mailFor: 7 * 86_400_000,
  /** Beyond this the oldest mail of a device is dropped. */
  mailPerDevice: 1000,
  devices: 100_000,
  devicesPerUser: 32,
  /** Frames in a burst, and how many a second it is refilled by: a call needs about a hundred in its life, acknowledgements included. */
  burst: 1000,
  framesPerSecond: 200,
  /** Replies kept for requests that are repeated after a reconnection. */
  repliesPerDevice: 64,
  /** A connection that is silent for longer is dropped; clients ping every 20 s. */
  silence: 60_000,
} as const;
