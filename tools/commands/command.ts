/** One word after `callcore`. */
export type Command = {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** All that `--help` says: usage, options, examples. */
  readonly help: string;
  /** Resolves with the exit code. Throws {@link UsageError} for arguments that make no sense. */
  run(args: readonly string[]): Promise<number>;
};

/** The command cannot be understood; the message says what to write instead. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError' as const;
}

/** The command was understood and could not be carried out; the message is for people. Exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError' as const;
}

export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;
