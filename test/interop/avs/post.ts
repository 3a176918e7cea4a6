import type { Audience } from '../../../src/transport/index.ts';
import type { Device } from '../../../src/index.ts';

/** A call message between devices, and when the backend took it (ms since 1970). */
export type Letter = { readonly conversation: string; readonly from: Device; readonly text: string; readonly sentAt: number };
/** What AVS asks its app to send. `targets` is AVS's own JSON; without it everybody in the conversation is meant. */
export type AvsSending = { readonly conversation: string; readonly text: string; readonly targets: string | null; readonly myClientsOnly: boolean };

export type Fate = 'lost' | 'doubled';
export type Posted = { /** Delivers it once more. */ readonly again: () => void; readonly from: Device; readonly to: readonly Device[]; readonly kind: string; readonly text: string };

/** The backend of a case: hands plain messages to every addressed device, in order, and writes down what it carried. */
export class Post {
  readonly posted: Posted[] = [];
  readonly #boxes = new Map<string, { readonly device: Device; readonly deliver: (letter: Letter) => void }>();
  #held: (() => void)[] | undefined;
  readonly #fates: { readonly kind: string; readonly fate: Fate }[] = [];
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
    const delivering: (() => void)[] = [];
    this.posted.push({ again: () => delivering[0]?.(), from, to: addressed.map(({ device }) => device), kind: `${type}${resp ? '(r)' : ''}`, text });
    const letter: Letter = { conversation, from, text, sentAt: Date.now() - this.age };
    delivering.push(() => {
      for (const { deliver: hand } of addressed) hand({ conversation, from, text, sentAt: Date.now() });
    });
    const fate = this.#fateOf(`${type}${resp ? '(r)' : ''}`);
    if (fate === 'lost') return addressed.map(({ device }) => device);
    const deliver = (): void => {
      for (const { deliver: hand } of addressed) hand(letter);
    };
    for (const deed of fate === 'doubled' ? [deliver, deliver] : [deliver]) {
      if (this.#held === undefined) deed();
      else this.#held.push(deed);
    }
    return addressed.map(({ device }) => device);
  }

  /** From here on letters are taken and not delivered. */
  hold(): void {
    this.#held ??= [];
  }

  /** Delivers what was held, in order or the other way round. */
  release(order: 'in order' | 'reversed' = 'in order'): void {
    const held = order === 'in order' ? (this.#held ?? []) : (this.#held ?? []).toReversed();
    this.#held = undefined;
    for (const deliver of held) deliver();
  }

  /** What happens to the next letter of a kind. */
  next(kind: string, fate: Fate): void {
    this.#fates.push({ kind, fate });
  }

  /** Delivers the last letter of a kind once more. */
  again(kind: string): void {
    this.posted.findLast((posted) => posted.kind === kind)?.again();
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

  #fateOf(kind: string): Fate | undefined {
    const index = this.#fates.findIndex((each) => each.kind === kind);
    return index === -1 ? undefined : this.#fates.splice(index, 1)[0]?.fate;
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
