/** One of our own promises broke. Never caught inside the engine: state after it cannot be trusted. */
export class BugError extends Error {
  override readonly name = 'BugError' as const;
}

/** Closes an exhaustive switch: adding a union member turns every such switch into a compile error. */
export function absurd(value: never): never {
  throw new BugError(`unreachable: ${JSON.stringify(value)}`);
}
