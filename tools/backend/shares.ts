type Share<Thing> = { bytes: number; readonly things: Map<string, Thing> };

/** Who takes how much of a room that many share. */
export class Shares<Thing> {
  #shares = new Map<string, Share<Thing>>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  bytesOf(holder: string): number {
    return this.#shares.get(holder)?.bytes ?? 0;
  }

  add(holder: string, id: string, thing: Thing, bytes: number): void {
    const share = this.#shares.get(holder) ?? { bytes: 0, things: new Map<string, Thing>() };
    this.#shares.set(holder, share);
    share.things.set(id, thing);
    share.bytes += bytes;
    this.#bytes += bytes;
  }

  remove(holder: string, id: string, bytes: number): void {
    const share = this.#shares.get(holder);
    if (share?.things.delete(id) !== true) return;
    share.bytes -= bytes;
    this.#bytes -= bytes;
    if (share.things.size === 0) this.#shares.delete(holder);
  }

  oldestOf(holder: string): Thing | undefined {
    const first = this.#shares.get(holder)?.things.values().next();
    return first === undefined || first.done === true ? undefined : first.value;
  }

  /** The oldest thing of whoever takes most. */
  oldestOfGreatest(): Thing | undefined {
    let greatest: string | undefined;
    let most = 0;
    for (const [holder, { bytes }] of this.#shares) {
      if (bytes <= most) continue;
      [greatest, most] = [holder, bytes];
    }
    return greatest === undefined ? undefined : this.oldestOf(greatest);
  }
}
