import { sameDevice, sameId, type Device } from '../../src/base/device.ts';
import type { SeededEntropy } from '../../src/base/seeded-entropy.ts';
import { ms } from '../../src/base/units.ts';
import { openEconn, type Input, type Message, type Output, type Road } from '../../src/econn/index.ts';
import { a1, b1, LIFE } from './cast.ts';
import { answer, opened, start, Subject } from './subject.ts';

/** A message on its way. */
export type Letter = { readonly from: Device; readonly to: Device; readonly via: Road; readonly message: Message };

/**
 * Two or more ECONNs and the road between them. A message stays under way until the test delivers it, in
 * whatever order, or loses it.
 */
export class TwoEconns {
  readonly underWay: Letter[] = [];
  /** All that ever was under way. */
  readonly posted: Letter[] = [];
  readonly #subjects: readonly (readonly [Device, Subject])[];
  /** What a host does by itself for what an ECONN asks of it. */
  readonly #host: (output: Output) => readonly Input[];

  constructor(devices: readonly Device[], host: (output: Output) => readonly Input[] = () => []) {
    this.#host = host;
    this.#subjects = devices.map((self) => [self, new Subject(openEconn({ self, peerUser: devices.find(({ user }) => !sameId(user, self.user))!.user, incarnation: LIFE }))]);
  }

  at(device: Device): Subject {
    return this.#subjects.find(([self]) => sameDevice(self, device))![1];
  }

  feed(device: Device, ...inputs: readonly Input[]): void {
    for (const input of inputs) {
      const outputs = this.at(device).feed(input);
      this.#post(device, outputs);
      for (const output of outputs) this.feed(device, ...this.#host(output));
    }
  }

  expire(device: Device, timer: Parameters<Subject['expire']>[0]): void {
    this.#post(device, this.at(device).expire(timer));
  }

  /** Delivers the first message under way for which this holds. */
  deliver(which: (letter: Letter) => boolean = () => true): void {
    const index = this.underWay.findIndex(which);
    if (index < 0) throw new Error('nothing of the kind is under way');
    const [{ from, to, via, message }] = this.underWay.splice(index, 1) as [Letter];
    this.feed(to, { type: 'receive', from, via, message, age: ms(0) });
  }

  lose(which: (letter: Letter) => boolean = () => true): void {
    this.underWay.splice(0, this.underWay.length, ...this.underWay.filter((letter) => !which(letter)));
  }

  /** Delivers all that is under way, in the order it was sent or as the dice fall, until nothing is. */
  settle(dice?: SeededEntropy): void {
    for (let step = 0; this.underWay.length > 0; step++) {
      if (step > 200) throw new Error('the conversation does not come to rest');
      const letter = this.underWay[dice?.below(this.underWay.length) ?? 0];
      this.deliver((candidate) => candidate === letter);
    }
  }

  #post(from: Device, outputs: readonly Output[]): void {
    for (const output of outputs) {
      if (output.type !== 'send') continue;
      const { message } = output;
      for (const to of this.#addressees(from, output)) {
        this.underWay.push({ from, to, via: output.via, message });
        this.posted.push({ from, to, via: output.via, message });
      }
    }
  }

  #addressees(from: Device, output: Output & { type: 'send' }): readonly Device[] {
    const others = this.#subjects.map(([device]) => device).filter((device) => !sameDevice(device, from));
    if (output.via === 'channel') {
      const peer = this.at(from).econn.memory.call?.peer ?? output.message.dest;
      return others.filter(({ user, device }) => peer?.user !== undefined && peer.device !== undefined && sameDevice({ user, device }, { user: peer.user, device: peer.device }));
    }
    const { to } = output;
    if (to.type === 'devices') return others.filter((device) => to.devices.some((addressed) => sameDevice(addressed, device)));
    return others.filter((device) => to.users.some((user) => sameId(user, device.user)) && !to.except.some((excepted) => sameDevice(excepted, device)));
  }
}

/** A call of Alice's with Bob, channels open and props told. */
export function connected(): TwoEconns {
  const call = new TwoEconns([a1, b1]);
  call.feed(a1, start);
  call.settle();
  call.feed(b1, answer);
  call.settle();
  call.feed(a1, opened);
  call.feed(b1, opened);
  call.settle();
  return call;
}
