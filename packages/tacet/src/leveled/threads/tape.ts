/*
 * What threads are given to do: instructions one after the other, a word for what is done and one for each operand. An
 * accumulator is an address, which is even, or 2·i + 1 for slot i of the area that the thread has for the task.
 */

/** What is done, with its operands. */
export const DO = {
  /** target ← base + ggsw ⊡ (plus − minus), with the kernel of a gadget: gadget, base, plus, minus, ggsw, target. */
  multiplex: 0,
  /** target += factor·X^rotation·source: source, rotation, factor, target. */
  add: 1,
  /** target ← 0: target. */
  clear: 2,
  /** target ← what is known: address of integers of 32 bits, their number, how far they move up on the torus, target. */
  place: 3,
  /** target ← ggsw ? X^rotation·target : target: gadget, ggsw, rotation, target. */
  rotate: 4,
  /** Rounds the (k + 1)·N elements of an accumulator to integers of some bits, 32 bits each: source, bits, address. */
  round: 5,
  /** Copies an accumulator: source, target. */
  copy: 6,
} as const;

/** Number of operands of each. */
export const OPERANDS: readonly number[] = [6, 4, 1, 4, 4, 3, 2];

/** An accumulator as an operand. */
export type Place = number;

export const slot = (index: number): Place => 2 * index + 1;

/** Instructions that are being written. */
export class Tape {
  #words = new Uint32Array(1024);
  #length = 0;
  /** Number of products that it asks for. */
  products = 0;

  /** Number of words. */
  get length(): number {
    return this.#length;
  }

  multiplex(gadget: number, base: Place, plus: Place, minus: Place, ggsw: number, target: Place): void {
    this.products++;
    this.#write(DO.multiplex, gadget, base, plus, minus, ggsw, target);
  }

  add(source: Place, rotation: number, factor: number, target: Place): void {
    this.#write(DO.add, source, rotation, factor, target);
  }

  clear(target: Place): void {
    this.#write(DO.clear, target);
  }

  place(address: number, count: number, shift: number, target: Place): void {
    this.#write(DO.place, address, count, shift, target);
  }

  rotate(gadget: number, ggsw: number, rotation: number, target: Place): void {
    this.products++;
    this.#write(DO.rotate, gadget, ggsw, rotation, target);
  }

  round(source: Place, bits: number, address: number): void {
    this.#write(DO.round, source, bits, address);
  }

  copy(source: Place, target: Place): void {
    this.#write(DO.copy, source, target);
  }

  /** What has been written; the tape is empty then. */
  take(): Uint32Array<ArrayBuffer> {
    const words = this.#words.slice(0, this.#length);
    this.#length = 0;
    this.products = 0;
    return words;
  }

  #write(...words: number[]): void {
    if (this.#length + words.length > this.#words.length) {
      const larger = new Uint32Array(2 * this.#words.length);
      larger.set(this.#words);
      this.#words = larger;
    }
    for (const word of words) this.#words[this.#length++] = word; // negative ones in two's complement
  }
}
