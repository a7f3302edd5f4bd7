import { powerOf } from "../kernel/prime-field.ts";
import { StandardGenerator } from "./chacha.ts";

/** The integer part of a root. */
export function integerRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

type Four = readonly [bigint, bigint, bigint, bigint];

/**
 * Four squares whose sum is a number below 2^127 (Rabin, Shallit, "Randomized algorithms in number theory", 1986): two at
 * random, so that what is left is a prime of the form 4n + 1, and so a sum of two squares. The numbers are those that
 * TFHE-rs finds.
 */
export function fourSquares(value: bigint): Four {
  if (value === 0n) return [0n, 0n, 0n, 0n];
  if (value === 2n) return [1n, 1n, 0n, 0n];
  if (value === 6n) return [2n, 1n, 1n, 0n];
  switch (value % 4n) {
    case 2n:
      return search(value);
    case 0n: {
      const [a, b, c, d] = fourSquares(value / 4n);
      return [2n * a, 2n * b, 2n * c, 2n * d];
    }
    default: {
      // Of the squares of twice the number, two are even and two odd: their halved sums and differences are its own.
      const squares = [...fourSquares(2n * value)].sort(
        (x, y) => Number((x % 2n) - (y % 2n)) || (x < y ? -1 : 1),
      );
      const [a, b, c, d] = squares as [bigint, bigint, bigint, bigint];
      return [b / 2n + a / 2n, (b - a) / 2n, d / 2n + c / 2n + 1n, (d - c) / 2n];
    }
  }
}

function search(value: bigint): Four {
  const random = new StandardGenerator(0n);
  const largest = integerRoot(value);
  for (;;) {
    const x = random.upTo(largest);
    const y = random.upTo(largest);
    const p = value - x * x - y * y;
    if (p < 0n) continue;
    if (p < 2n) return [0n, p, x, y];
    if (p % 4n !== 1n) continue;
    const root = rootOfMinusOne(p, 2n + (random.veryLong() % (p - 3n)));
    if (root === undefined) continue;
    const z = halfGcd(p, root <= p / 2n ? p - root : root);
    const w = integerRoot(p - z * z);
    if (z * z + w * w === p) return [x, y, z, w];
  }
}

/** A root of −1 modulo p that a leads to; none if p turns out not to be prime, or a is a square (Miller, Rabin). */
function rootOfMinusOne(p: bigint, a: bigint): bigint | undefined {
  let [odd, twos] = [p - 1n, 0];
  for (; odd % 2n === 0n; odd /= 2n) twos++;
  let root: bigint | undefined;
  let x = powerOf(a, odd, p);
  for (let i = 0; i < twos; i++) {
    const y = (x * x) % p;
    if (y === 1n && x !== 1n && x !== p - 1n) return undefined;
    if (y === p - 1n) root = x;
    x = y;
  }
  return x === 1n ? root : undefined;
}

/** The first remainder of Euclid's algorithm that is at most the root of p. */
function halfGcd(p: bigint, s: bigint): bigint {
  const root = integerRoot(p);
  let [a, b] = [p, s];
  while (b > root) [a, b] = [b, a % b];
  return b;
}
