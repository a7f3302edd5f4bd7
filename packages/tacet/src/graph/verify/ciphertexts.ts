import { type Source, type Term, twinOf } from "../block.ts";
import type { Rotation } from "../rotation.ts";

/**
 * What makes a ciphertext what it is. Bootstraps are deterministic, so that equal ones give equal ciphertexts; and
 * those of one mask have noise in common.
 */
export interface Identity {
  /** Equal for equal ciphertexts, and for one and its negative. */
  readonly ciphertext: number;
  /** Equal for what comes from blind rotations by one mask. */
  readonly mask: number;
}

/** A hash of some integers: 52 bits, of two mixed independently, so that chance makes no two of them equal. */
function hashOf(parts: readonly number[]): number {
  let [low, high] = [0x811c9dc5, 0x9e3779b9];
  for (const part of parts) {
    for (const word of [part | 0, Math.floor(part / 2 ** 32) | 0]) {
      low = Math.imul(low ^ word, 0x01000193);
      low ^= low >>> 15;
      high = Math.imul(high + word, 0x85ebca6b);
      high ^= high >>> 13;
    }
  }
  return (high >>> 6) * 2 ** 26 + (low >>> 6);
}

/** Which ciphertexts sources have, over all the plans of an engine. */
export class Ciphertexts {
  readonly #identities = new WeakMap<Source, Identity>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /**
   * Notes what a rotation gives: each output's lookup polynomial as it stands around the output, or the negative of that.
   * Tables of what may have its padding bit set are less the centre of what they give; entries are doubled, as centres may be halves.
   */
  note({ terms, constant, size, anywhere, tables }: Rotation): void {
    const mask = this.#maskOf(terms);
    const polynomial = new Array<number>(this.#capacity).fill(0);
    for (const [index, { table, output }] of tables.entries()) {
      const centre = anywhere ? output.min + output.max : 0;
      for (const [value, entry] of table.entries()) polynomial[index * size + value] = 2 * entry - centre;
    }
    for (const [index, { output }] of tables.entries()) {
      const around = polynomial.map((_, at) => this.#coefficient(polynomial, at + index * size + constant));
      const sign = Math.sign(around.find((coefficient) => coefficient !== 0) ?? 0);
      const ciphertext = hashOf([mask, ...around.map((coefficient) => sign * coefficient)]);
      this.#identities.set(output, { ciphertext, mask });
    }
  }

  /**
   * Largest variance of a combination: Σ c²·noise, with terms of equal ciphertexts taken together, and half the product
   * of two standard deviations for each pair that a mask is common to (see `variance`).
   */
  variance(terms: readonly Term[]): number {
    const deviations = new Map<number, { deviation: number; mask: number }>();
    for (const { source, coefficient } of terms) {
      const { ciphertext, mask } = this.of(source);
      const deviation = Math.abs(coefficient) * Math.sqrt(source.noise);
      const before = deviations.get(ciphertext)?.deviation ?? 0;
      deviations.set(ciphertext, { deviation: before + deviation, mask });
    }
    const masks = new Map<number, { squares: number; sum: number }>();
    for (const { deviation, mask } of deviations.values()) {
      const { squares = 0, sum = 0 } = masks.get(mask) ?? {};
      masks.set(mask, { squares: squares + deviation ** 2, sum: sum + deviation });
    }
    let total = 0;
    for (const { squares, sum } of masks.values()) total += (squares + sum ** 2) / 2;
    return total;
  }

  of(source: Source): Identity {
    const known = this.#identities.get(source);
    if (known !== undefined) return known;
    // Whether inputs are the same ciphertext is known where they are loaded.
    const ciphertext = hashOf([source.kind === "input" ? 1 : 2, Math.abs(twinOf(source))]);
    const identity = { ciphertext, mask: ciphertext };
    this.#identities.set(source, identity);
    return identity;
  }

  /** Names the mask of a combination. */
  #maskOf(terms: readonly Term[]): number {
    const coefficients = new Map<number, number>();
    for (const { source, coefficient } of terms) {
      const { ciphertext } = this.of(source);
      const signed = source.kind === "input" && source.twin < 0 ? -coefficient : coefficient;
      coefficients.set(ciphertext, (coefficients.get(ciphertext) ?? 0) + signed);
    }
    return hashOf([...coefficients].sort(([a], [b]) => a - b).flat());
  }

  /** A coefficient of a polynomial modulo X^capacity + 1, at any place. */
  #coefficient(polynomial: readonly number[], at: number): number {
    const turns = Math.floor(at / this.#capacity);
    const value = polynomial[at - turns * this.#capacity];
    return turns % 2 === 0 || value === 0 ? value : -value;
  }
}
