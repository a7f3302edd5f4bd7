import type { FunctionBuilder, Vector } from "../../../kernel/generator/assembler.ts";
import type { I32, Local } from "../../../kernel/generator/instructions.ts";
import { i32 } from "../../../kernel/generator/instructions.ts";
import { LIMB_BYTES, type PrimeField } from "../prime-field.ts";
import { placeOf, type Shape } from "./constants.ts";

/** A quad: the limbs of four elements. */
export type Quad = readonly Vector[];

/** A quad, or where one lies. */
export type Operand = Quad | { readonly address: Local<"i32">; readonly offset: number };

/** The two factors of a product, by their limbs. */
interface Term {
  readonly a: (i: number) => Vector;
  readonly b: (j: number) => Vector;
}

/** Code that computes on quads of a field. It begins and ends in one body of a function. */
export class FieldWriter {
  readonly #f: FunctionBuilder;
  readonly #field: PrimeField;

  constructor(f: FunctionBuilder, field: PrimeField) {
    this.#f = f;
    this.#field = field;
  }

  get limbs(): number {
    return this.#field.limbs;
  }

  constant(name: string): Vector {
    return this.#f.splat(this.#f.tables, placeOf(name));
  }

  limb(address: I32, i: number, offset = 0): Vector {
    return this.#f.loadPair(address, offset + LIMB_BYTES * i);
  }

  load(address: I32, offset = 0): Quad {
    return Array.from({ length: this.limbs }, (_, i) => this.limb(address, i, offset));
  }

  store(address: I32, quad: Quad, offset = 0): void {
    for (const [i, limb] of quad.entries()) this.#f.storePair(address, offset + LIMB_BYTES * i, limb);
  }

  /** Limb by limb, without carries: limbs become up to twice as large. */
  add(a: Quad, b: Quad): Quad {
    return a.map((limb, i) => this.#f.add(limb, b[i]!));
  }

  /** Limb by limb, without carries: limbs become up to twice as large. */
  sub(a: Quad, b: Quad): Quad {
    return a.map((limb, i) => this.#f.sub(limb, b[i]!));
  }

  negated(a: Quad): Quad {
    const zero = this.#f.zeros();
    return a.map((limb) => this.#f.sub(zero, limb));
  }

  /**
   * Takes the multiple of the modulus away that brings the value to half of it or less, and has each limb hand what is too
   * much to the next, all at once: afterwards limbs are at most 2^50 + 8. The value must be at most three times the modulus,
   * and limbs at most 3·(2^50 + 8): then limbs, less three times those of the modulus, are integers below 2^53.
   */
  reduced(quad: Quad): Quad {
    const f = this.#f;
    const { name } = this.#field;
    const top = quad.length - 1;
    const rounder = this.constant("rounder");
    const inverse = this.constant("limbInverse");
    const integerRounder = this.constant("integerRounder");
    const share = f.mul(quad[top]!, this.constant(`${name} share`));
    const multiple = f.sub(f.add(share, integerRounder), integerRounder);
    const rest = quad.map((limb, i) => f.sub(limb, f.mul(multiple, this.constant(`${name} modulus ${i}`))));
    const excess = rest.slice(0, top).map((limb) => f.sub(f.add(limb, rounder), rounder));
    return rest.map((limb, i) => {
      const kept = i === top ? limb : f.sub(limb, excess[i]!);
      return i === 0 ? kept : f.add(kept, f.mul(excess[i - 1]!, inverse));
    });
  }

  /** The sum of one, two or four products, over 2^(51·limbs). Products of limbs must not exceed 2^102. */
  multiply(...factors: [a: Operand, b: Operand][]): Quad {
    const terms = factors.map(([a, b]) => ({ a: this.#reader(a), b: this.#reader(b) }));
    return this.#reduced(factors.length as Shape, terms);
  }

  /** a²/2^(51·limbs). Limbs must not exceed 2^50. */
  square(a: Quad): Quad {
    return this.#reduced("square", [{ a: this.#reader(a), b: this.#reader(a) }]);
  }

  /** In memory where every use may load it again; loaded where it is split once for all uses. */
  operand(address: Local<"i32">, offset = 0): Operand {
    return this.#f.fused ? { address, offset } : this.load(address, offset);
  }

  #reader(source: Operand): (i: number) => Vector {
    if ("address" in source) return (i) => this.limb(source.address, i, source.offset);
    return (i) => source[i]!;
  }

  /**
   * Row by row, adds the products of a limb of one factor, and takes the lowest column away. All rows but the last fold it
   * into those above: with a digit q in [−2^50, 2^50), q + 2^51·s is 2^51·(s + q·2^-51), and 2^-51 is a constant of the
   * field, so that the next row waits for no quotient. That leaves what is 2^49 times the modulus or less, and the last
   * row is Montgomery's: it adds the multiple of the modulus that makes the column 0. The result is below 0.8 times the
   * modulus, so that it is 0 only if all its limbs are.
   */
  #reduced(shape: Shape, terms: readonly Term[]): Quad {
    const f = this.#f;
    const n = this.limbs;
    const name = this.#field.name;
    const sums: Vector[] = [];
    const start = (column: number): Vector => this.constant(`${name} ${shape} ${column}`);
    const addTo = (column: number, part: Vector): void => {
      sums[column] = f.add64(sums[column] ?? start(column), part);
    };
    const high = this.constant("high");
    const highAndLow = this.constant("highAndLow");
    const splitter = f.fused ? undefined : this.constant("splitter");
    const halves = new Map<Vector, readonly [Vector, Vector]>();
    /** Two parts of 26 bits (Dekker, "A floating-point technique for extending the available precision", 1971). */
    const split = (x: Vector): readonly [Vector, Vector] => {
      const known = halves.get(x);
      if (known !== undefined) return known;
      const scaled = f.mul(x, splitter!);
      const upper = f.sub(scaled, f.sub(scaled, x));
      const parts = [upper, f.sub(x, upper)] as const;
      halves.set(x, parts);
      return parts;
    };
    /** The high and the low part of a product. */
    const parts = (a: Vector, b: Vector): readonly [Vector, Vector] => {
      if (f.fused) {
        const upper = f.multiplyAdd(a, b, high);
        return [upper, f.multiplyAdd(a, b, f.sub(highAndLow, upper))];
      }
      const product = f.mul(a, b);
      const [a1, a0] = split(a);
      const [b1, b0] = split(b);
      const rest = f.sub(f.sub(f.sub(product, f.mul(a1, b1)), f.mul(a0, b1)), f.mul(a1, b0));
      const error = f.sub(f.mul(a0, b0), rest);
      const upper = f.add(product, high);
      return [upper, f.add(f.add(product, f.sub(highAndLow, upper)), error)];
    };
    const addProduct = (column: number, a: Vector, b: Vector): void => {
      const [upper, lower] = parts(a, b);
      addTo(column + 1, upper);
      addTo(column, lower);
    };
    const mask = this.constant("mask");
    const exponent = this.constant("exponent");
    const exponentAndHalf = this.constant("exponentAndHalf");
    const digit = (sum: Vector): Vector => f.sub(f.or(f.and(sum, mask), exponent), exponentAndHalf);
    const carry = (column: number): void =>
      addTo(column + 1, f.shift64("shr_u", sums[column]!, i32.const(51)));

    for (let i = 0; i < n; i++) {
      for (const { a, b } of terms) {
        const factor = a(i);
        if (shape !== "square") for (let j = 0; j < n; j++) addProduct(i + j, factor, b(j));
        else {
          addProduct(2 * i, factor, factor);
          const doubled = i + 1 < n ? f.add(factor, factor) : factor;
          for (let j = i + 1; j < n; j++) addProduct(i + j, doubled, b(j));
        }
      }
      const q = digit(sums[i]!);
      if (i < n - 1) {
        carry(i);
        for (let j = 0; j < n; j++) addProduct(i + 1 + j, q, this.constant(`${name} fold ${j}`));
      } else {
        const quotient = f.sub(parts(q, this.constant(`${name} quotient`))[1], this.constant("low"));
        for (let j = 0; j < n; j++) addProduct(i + j, quotient, this.constant(`${name} modulus ${j}`));
        carry(i);
      }
    }
    const top = 2 * n - 1;
    const result: Vector[] = [];
    for (let column = n; column <= top; column++) {
      result.push(digit(sums[column]!));
      if (column < top) carry(column);
    }
    return result;
  }
}
