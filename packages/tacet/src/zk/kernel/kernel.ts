import type { CurveFunctions } from "./exports.ts";
import { TABLES_BYTES, writeConstants } from "./generator/constants.ts";
import { type Element, quadBytes } from "./layout.ts";
import {
  BASE_FIELD,
  centred,
  LANES,
  LIMB_BYTES,
  limbsOf,
  mod,
  type PrimeField,
  SCALAR_FIELD,
  sumOfLimbs,
} from "./prime-field.ts";

/** The field whose elements quads of an element hold. */
const FIELDS: Readonly<Record<Exclude<Element, "extension">, PrimeField>> = {
  base: BASE_FIELD,
  scalar: SCALAR_FIELD,
};

const oneOf = ({ radix, modulus, limbs }: PrimeField): number[] => limbsOf(centred(radix, modulus), limbs);

/** An instance of the curve's module on a memory that others may share. */
export class CurveKernel {
  /** Bytes of the constants, which all instances on a memory have in common. */
  static readonly tablesBytes: number = TABLES_BYTES;

  readonly functions: CurveFunctions;
  readonly memory: WebAssembly.Memory;
  readonly #ones = { base: oneOf(BASE_FIELD), scalar: oneOf(SCALAR_FIELD) };
  #doubles: Float64Array;
  #words: Uint32Array;

  /** @param tables address of the constants, which `writeTables` has written. */
  constructor(module: WebAssembly.Module, memory: WebAssembly.Memory, tables: number) {
    const { exports } = new WebAssembly.Instance(module, { env: { memory, tables } });
    this.functions = exports as unknown as CurveFunctions;
    this.memory = memory;
    this.#doubles = new Float64Array(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
  }

  static writeTables(memory: WebAssembly.Memory, tables: number): void {
    writeConstants(memory, tables);
  }

  /** The memory as doubles, valid until it grows. */
  get doubles(): Float64Array {
    if (this.#doubles.buffer !== this.memory.buffer) this.#doubles = new Float64Array(this.memory.buffer);
    return this.#doubles;
  }

  /** The memory as words of 32 bits, valid until it grows. */
  get words(): Uint32Array {
    if (this.#words.buffer !== this.memory.buffer) this.#words = new Uint32Array(this.memory.buffer);
    return this.#words;
  }

  /**
   * Sees to it that views reach as far as an address. V8 now and then fails to tell a thread that another has had the memory
   * grow; growing it by nothing brings the news.
   */
  refresh(end: number): void {
    while (this.memory.buffer.byteLength < end) this.memory.grow(0);
  }

  /** Writes an element in Montgomery's form to a lane of a quad. */
  write(element: "base" | "scalar", quad: number, lane: number, value: bigint): void {
    const { modulus, radix } = FIELDS[element];
    this.writeRaw(element, quad, lane, mod(value * radix, modulus));
  }

  /** Writes a residue as it is to a lane of a quad. */
  writeRaw(element: "base" | "scalar", quad: number, lane: number, residue: bigint): void {
    const { modulus, limbs } = FIELDS[element];
    const { doubles } = this;
    for (const [i, limb] of limbsOf(centred(residue, modulus), limbs).entries())
      doubles[quad / 8 + LANES * i + lane] = limb;
  }

  /** Writes an element to all lanes of a quad. */
  fill(element: "base" | "scalar", quad: number, value: bigint): void {
    for (let lane = 0; lane < LANES; lane++) this.write(element, quad, lane, value);
  }

  /** Writes 1 to all lanes. */
  fillOne(element: Element, quad: number): void {
    const field = element === "scalar" ? "scalar" : "base";
    if (element === "extension") this.doubles.fill(0, quad / 8, (quad + quadBytes(element)) / 8);
    const one = this.#ones[field];
    const { doubles } = this;
    for (const [i, limb] of one.entries())
      doubles.fill(limb, quad / 8 + LANES * i, quad / 8 + LANES * (i + 1));
  }

  /** The residue, from 0 to the modulus − 1, in a lane of a quad, as it is. */
  readRaw(element: "base" | "scalar", quad: number, lane: number): bigint {
    const { modulus, limbs } = FIELDS[element];
    const { doubles } = this;
    return mod(
      sumOfLimbs(Array.from({ length: limbs }, (_, i) => doubles[quad / 8 + LANES * i + lane]!)),
      modulus,
    );
  }

  /** The element in a lane of a quad, out of Montgomery's form. */
  read(element: "base" | "scalar", quad: number, lane: number): bigint {
    const { modulus, radixInverse } = FIELDS[element];
    return (this.readRaw(element, quad, lane) * radixInverse) % modulus;
  }

  copy(target: number, source: number, bytes: number): void {
    this.doubles.copyWithin(target / 8, source / 8, (source + bytes) / 8);
  }

  /** Lanes of a quad that hold exactly 0. What a product is modulo the prime, it is exactly. */
  zeroLanes(element: Element, quad: number): number {
    const { doubles } = this;
    const rows = quadBytes(element) / LIMB_BYTES;
    let lanes = 0;
    for (let lane = 0; lane < LANES; lane++) {
      let zero = true;
      for (let row = 0; row < rows; row++) if (doubles[quad / 8 + LANES * row + lane] !== 0) zero = false;
      if (zero) lanes |= 1 << lane;
    }
    return lanes;
  }
}
