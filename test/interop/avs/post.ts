import type { Audience } from '../../../src/transport/index.ts';
import type { Device } from '../../../src/index.ts';

/** A call message between devices, and when the backend took it (ms since 1970). */
export type Letter = { readonly conversation: string; readonly from: Device; readonly text: string; readonly sentAt: number };
/** What AVS asks its app to send. `targets` is AVS's own JSON; without it everybody in the conversation is meant. */
export type AvsSending = { readonly conversation: string; readonly text: string; readonly targets: string | null; readonly myClientsOnly: boolean };

export type Posted = { readonly from: Device; readonly to: readonly Device[]; readonly kind: string; readonly text: string };

/** The backend of a case: hands plain messages to every addressed device, in order, and writes down what it carried. */
export class Post {
  readonly posted: Posted[] = [];
  readonly #boxes = new Map<string, { readonly device: Device; readonly deliver: (letter: Letter) => void }>();
  #held: (() => void)[] | undefined;
  /** How much older than they are letters arrive. */
  age = 0;

  join(device: Device, deliver: (letter: Letter) => void): () => void {
    this.#boxes.set(keyOf(device), { device, deliver });
    return () => this.#boxes.delete(keyOf(device));
  }

  /** Returns who was addressed. */
  send(from: Device, to: Audience, conversation: string, text: string): readonly Device[] {
    const addressed = [...this.#boxes.values()].filter(({ device }) => keyOf(device) !== keyOf(from) && isAddressed(device, to));
    const { type, resp } = JSON.parse(text) as { type: string; resp: boolean };
    this.posted.push({ from, to: addressed.map(({ device }) => device), kind: `${type}${resp ? '(r)' : ''}`, text });
    const letter: Letter = { conversation, from, text, sentAt: Date.now() - this.age };
    const deliver = (): void => {
      for (const { deliver: hand } of addressed) hand(letter);
    };
    if (this.#held === undefined) deliver();
    else this.#held.push(deliver);
    return addressed.map(({ device }) => device);
  }

  /** From here on letters are taken and not delivered. */
  hold(): void {
    this.#held ??= [];
  }

  /** Delivers what was held, in order. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const deliver of held) deliver();
  }

  /** Resolves when so many letters of a kind have been posted. */
  async saw(kind: string, count = 1): Promise<void> {
    const giveUpAt = performance.now() + 15_000;
    while (this.posted.filter((posted) => posted.kind === kind).length < count) {
      if (performance.now() > giveUpAt) throw new Error(`no ${kind} in ${this.kinds().join(' ')}`);
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
    }
  }

  /** What was carried, in order, of one sender or of all. */
  kinds(from?: Device): string[] {
    return this.posted.filter((posted) => from === undefined || keyOf(posted.from) === keyOf(from)).map(({ kind }) => kind);
  }
}

function isAddressed(device: Device, to: Audience): boolean {
  if (to.type === 'devices') return to.devices.some((each) => keyOf(each) === keyOf(device));
  return to.users.includes(device.user) && !to.except.some((each) => keyOf(each) === keyOf(device));
}

function keyOf({ user, device }: Device): string {
  return `${user} ${device}`;
}
