/**
 * Why an incoming parcel was not delivered. Whoever made the parcel wrong learns nothing of it; the app is
 * told the reason alone, without ids or keys.
 *
 * A parcel for another conversation, another device or under another identity is `not-authentic`: all three
 * are bound into it, so nothing about it can be believed, not even which of them is wrong.
 */
export type Refusal =
  // It was never an envelope.
  | 'not-an-envelope'
  | 'plaintext'
  | 'unknown-version'
  // It cannot be opened.
  | 'unknown-prekey'
  | 'not-authentic'
  // It can be opened, but is not from whom it claims to be.
  | 'unknown-sender'
  | 'sender-mismatch'
  | 'identity-changed'
  | 'new-device'
  // It is authentic, and refused all the same.
  | 'malformed'
  | 'replayed'
  | 'too-old'
  | 'too-new'
  // We could not judge it.
  | 'directory-unavailable'
  | 'overloaded'
  // It was delivered, and the app's own code threw at it.
  | 'app-failed';

/** Told of each parcel that was not delivered, and of what the app's own code threw if it did. What this throws is dropped. */
export type RefusalListener = (because: Refusal, problem?: unknown) => void;
