import { EXIT } from './command.ts';
import { PEER_COMMANDS, readCommand, type PeerCommand, type Report } from './peer-events.ts';
import { onInputLine, onStopSignal } from './stop-request.ts';

export type TerminalOptions = {
  /** Whether the end of standard input is a wish to stop. */
  readonly followInput: boolean;
  readonly report: Report;
  readonly obey: (command: PeerCommand) => void;
  /** A line was typed: the cursor is on the next one. */
  readonly typed: () => void;
};

/** Listens to who runs this program, by lines and signals, until closed. */
export class PersonAtTheTerminal {
  readonly #stop = new AbortController();
  readonly #stopListening: (() => void)[];
  #ready = false;
  #hurry: () => void = () => undefined;

  constructor({ followInput, report, obey, typed }: TerminalOptions) {
    const stop = (): void => {
      // There is no call yet that anybody would have to be told of.
      if (!this.#ready) process.exit(EXIT.failed);
      this.#stop.abort();
    };
    const line = (text: string): void => {
      typed();
      this.#hurry();
      const command = readCommand(text);
      if (command !== undefined) obey(command);
      else if (text.trim() !== '') report({ type: 'notice', text: `"${text.trim()}" is no command; these are: ${PEER_COMMANDS.join(', ')}` });
    };
    this.#stopListening = [
      onStopSignal(stop),
      onInputLine(line, () => {
        if (followInput) stop();
      }),
    ];
  }

  /** Aborted when the person wants to stop. */
  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  /** From here on a wish to stop ends calls first, and every line, also an empty one, calls `hurry`. */
  ready(hurry: () => void): void {
    this.#ready = true;
    this.#hurry = hurry;
  }

  close(): void {
    for (const stop of this.#stopListening) stop();
  }
}
