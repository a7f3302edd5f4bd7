// Plain BigInt arithmetic on the 64-bit torus: what the kernels are compared with.

export const wrap = (x: bigint): bigint => BigInt.asUintN(64, x);
export const signed = (x: bigint): bigint => BigInt.asIntN(64, x);

/** A reproducible source of numbers (xorshift128+); nothing secret comes of it. */
export class TestRandom {
  #a: bigint;
  #b = 0x9e3779b97f4a7c15n;

  constructor(seed: number) {
    this.#a = BigInt(seed) + 1n;
    for (let i = 0; i < 20; i++) this.u64();
  }

  u64(): bigint {
    let x = this.#a;
    const y = this.#b;
    this.#a = y;
    x = wrap(x ^ (x << 23n));
    this.#b = x ^ y ^ (x >> 17n) ^ (y >> 26n);
    return wrap(this.#b + y);
  }

  below(limit: number): number {
    return Number((this.u64() >> 11n) % BigInt(limit));
  }

  torus(length: number): BigUint64Array<ArrayBuffer> {
    return BigUint64Array.from({ length }, () => this.u64());
  }

  bits(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => this.below(2));
  }
}

/** a·s mod (X^N + 1, 2^64) for a binary or small s, by the definition. */
export function negacyclicProduct(a: ArrayLike<bigint>, s: ArrayLike<number>): BigUint64Array<ArrayBuffer> {
  const N = a.length;
  const out = new BigUint64Array(N);
  for (let i = 0; i < N; i++) {
    if (s[i] === 0) continue;
    const factor = BigInt(s[i]!);
    for (let j = 0; j < N; j++) {
      const place = i + j;
      if (place < N) out[place]! += factor * a[j]!;
      else out[place - N]! -= factor * a[j]!;
    }
  }
  return out;
}

/** Coefficient `index` of X^power·p mod X^N + 1. */
export function rotatedCoefficient(p: ArrayLike<bigint>, power: number, index: number): bigint {
  const N = p.length;
  const source = (((index - power) % (2 * N)) + 2 * N) % (2 * N);
  return source < N ? p[source]! : wrap(-p[source - N]!);
}

/** body − Σ mask·key of an LWE ciphertext. */
export function phase(ciphertext: ArrayLike<bigint>, key: ArrayLike<number>): bigint {
  let sum = ciphertext[key.length]!;
  for (let i = 0; i < key.length; i++) if (key[i] === 1) sum -= ciphertext[i]!;
  return wrap(sum);
}

/** Balanced signed digits of the closest representable element, the most significant first. */
export function gadgetDigits(x: bigint, baseLog: number, levels: number): bigint[] {
  const unused = BigInt(64 - baseLog * levels);
  let rest = (wrap(x) + (1n << (unused - 1n))) >> unused;
  const digits: bigint[] = [];
  for (let level = 0; level < levels; level++) {
    const digit = BigInt.asIntN(baseLog, rest);
    digits.unshift(digit);
    rest = (rest - digit) >> BigInt(baseLog);
  }
  return digits;
}

/**
 * The digits of a key switch, the least significant first: as `gadgetDigits`, but an exact half of the base goes the
 * way that the upper bit of the rest says.
 */
export function unbiasedDigits(x: bigint, baseLog: number, levels: number, rounded = false): bigint[] {
  const total = BigInt(baseLog * levels);
  const half = 1n << BigInt(baseLog - 1);
  const beyond = (wrap(x) >> (63n - total)) & 1n;
  let rest = BigInt.asUintN(Number(total), (wrap(x) >> (64n - total)) + beyond);
  const middle = 1n << (total - 1n);
  if (rest > middle || (rest === middle && beyond === 1n && !rounded)) rest -= 1n << total;
  return Array.from({ length: levels }, () => {
    let digit = BigInt.asUintN(baseLog, rest);
    rest >>= BigInt(baseLog);
    if (digit > half || (digit === half && (rest & half) !== 0n)) {
      digit -= 2n * half;
      rest += 1n;
    }
    return digit;
  });
}
