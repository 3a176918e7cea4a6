/** Why a microphone, a camera or a screen could not be had. */
export type CaptureFailure =
  /** The person, or the site's policy, does not allow it. */
  | 'denied'
  /** There is none, or none with the id that was asked for. */
  | 'no-device'
  /** There is one, and it cannot be read: another program has it, or its driver failed. */
  | 'in-use'
  /** None can do what was asked of it. */
  | 'impossible'
  /** It may be asked for only in answer to a click or a key. */
  | 'needs-gesture'
  /** The page is not loaded over HTTPS, or the browser has no such thing. */
  | 'not-supported';

/** Nothing was captured; `failure` says why, and `message` what a person could do. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError' as const;
  readonly failure: CaptureFailure;

  constructor(failure: CaptureFailure, cause: unknown) {
    super(REMEDIES[failure], { cause });
    this.failure = failure;
  }
}

/** Media Capture and Streams §10.2 and Screen Capture §5.1 name the errors; what else is thrown is a device that fails. */
export function captureErrorOf(problem: unknown): CaptureError {
  const { name, constraint } = (typeof problem === 'object' && problem !== null ? problem : {}) as { name?: unknown; constraint?: unknown };
  return new CaptureError(name === 'OverconstrainedError' ? (constraint === 'deviceId' ? 'no-device' : 'impossible') : (FAILURES[String(name)] ?? 'in-use'), problem);
}

const FAILURES: Readonly<Record<string, CaptureFailure>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'no-device',
  NotReadableError: 'in-use',
  AbortError: 'in-use',
  InvalidStateError: 'needs-gesture',
  InvalidAccessError: 'needs-gesture',
  NotSupportedError: 'not-supported',
  TypeError: 'not-supported',
};

const REMEDIES: Readonly<Record<CaptureFailure, string>> = {
  denied: 'capturing is not allowed: allow it in the settings of the browser for this site',
  'no-device': 'there is no such device: plug one in, or choose another',
  'in-use': 'the device cannot be read: close other programs that use it',
  impossible: 'no device can do what was asked of it: ask for less',
  'needs-gesture': 'capturing must begin with a click or a key: ask from within its handler',
  'not-supported': 'this page cannot capture: load it over HTTPS in a browser that can',
};
