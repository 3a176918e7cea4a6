/** Writes fields one after the other, whole numbers big-endian. A prefixed field can never run into the next one. */
export class ByteWriter {
  #parts: Uint8Array[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  bytes(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    return this;
  }

  u8(value: number): this {
    return this.bytes(Uint8Array.of(value));
  }

  u16(value: number): this {
    return this.bytes(Uint8Array.of(value >>> 8, value));
  }

  u32(value: number): this {
    return this.u16(value >>> 16).u16(value & 0xffff);
  }

  /** A moment or count up to 2^53 − 1, in eight bytes. */
  u64(value: number): this {
    return this.u32(Math.floor(value / 0x1_0000_0000)).u32(value >>> 0);
  }

  prefixed(bytes: Uint8Array): this {
    return this.u32(bytes.length).bytes(bytes);
  }

  text(text: string): this {
    return this.prefixed(utf8.encode(text));
  }

  zeros(count: number): this {
    return this.bytes(new Uint8Array(count));
  }

  finish(): Uint8Array {
    const whole = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

/** Reads what {@link ByteWriter} wrote. Past the end it yields `undefined` or `NaN`, never a throw. */
export class ByteReader {
  #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** A view, not a copy. */
  bytes(count: number): Uint8Array | undefined {
    if (!(count <= this.left)) return undefined;
    const view = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return view;
  }

  u8(): number {
    return this.bytes(1)?.[0] ?? Number.NaN;
  }

  u16(): number {
    return this.u8() * 0x100 + this.u8();
  }

  u32(): number {
    return this.u16() * 0x1_0000 + this.u16();
  }

  u64(): number {
    return this.u32() * 0x1_0000_0000 + this.u32();
  }

  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }
}

const utf8 = new TextEncoder();
