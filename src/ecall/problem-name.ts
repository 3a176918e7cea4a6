import type { LogFields } from '../base/log.ts';

/** What a log may say of something thrown: messages hold paths, addresses and ids. */
export function nameOf(problem: unknown): LogFields {
  return { problem: problem instanceof Error ? problem.name : typeof problem };
}
