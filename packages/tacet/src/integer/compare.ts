import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { bitNot, booleanNot } from "./bitwise.ts";
import { type Difference, differences } from "./difference.ts";
import { combine, type Radix } from "./radix.ts";
import { select } from "./select.ts";

/** Whether a < b, as a Boolean block. */
export function lt(builder: Builder, a: Radix, b: Radix, signed = false): Block {
  return compare(builder, a, b, signed, (sign) => sign < 0);
}

/** Whether a ≤ b, as a Boolean block. */
export function le(builder: Builder, a: Radix, b: Radix, signed = false): Block {
  return compare(builder, a, b, signed, (sign) => sign <= 0);
}

/** Whether a > b, as a Boolean block. */
export function gt(builder: Builder, a: Radix, b: Radix, signed = false): Block {
  return compare(builder, a, b, signed, (sign) => sign > 0);
}

/** Whether a ≥ b, as a Boolean block. */
export function ge(builder: Builder, a: Radix, b: Radix, signed = false): Block {
  return compare(builder, a, b, signed, (sign) => sign >= 0);
}

/** The smaller of a and b. */
export function min(builder: Builder, a: Radix, b: Radix, signed = false): Radix {
  return select(builder, lt(builder, a, b, signed), a, b);
}

/** The larger of a and b. */
export function max(builder: Builder, a: Radix, b: Radix, signed = false): Radix {
  return select(builder, lt(builder, a, b, signed), b, a);
}

/** Digits that one chunk of a comparison takes at least: shorter chunks would be faster, but each costs half a rotation. */
const CHUNK = 5;

/**
 * What `verdict` says of the sign of a - b.
 *
 * A sign in {-1, 0, 1} of the lower digits and the difference d of the next digit give the sign of
 * both as that of 2d + sign. Chunks of digits go through this side by side; then their signs s₀, s₁, …
 * give that of the whole as that of Σ 2^j·sⱼ. The last lookup gives the verdict.
 */
function compare(
  builder: Builder,
  a: Radix,
  b: Radix,
  signed: boolean,
  verdict: (sign: number) => boolean,
): Block {
  if (signed && builder.parameters.messageModulus === 2) {
    // A digit that is the sign alone counts downwards.
    return compare(builder, withTop(a, b), withTop(b, a), false, verdict);
  }
  const together = signsTogether(builder);
  if (together < 2) return compareByCarry(builder, a, b, verdict);

  const parts = differences(builder, a, b, signed);
  const roomForSign = parts.every((part) => !isPlain(part) || 2 * part.block.max + 3 <= builder.capacity);
  let rest = roomForSign ? inChunks(parts).map((chunk) => chain(builder, chunk)) : parts;
  while (rest.length > together) {
    const groups = Math.floor(rest.length / together);
    const joined = Array.from({ length: groups }, (_, index) =>
      join(builder, rest.slice(index * together, (index + 1) * together)),
    );
    rest = [...joined, ...rest.slice(groups * together)];
  }
  const { block, zero, sign } = join(builder, rest);
  return builder.lookup(block, (value) => Number(verdict(sign(value - zero))));
}

/** The digits of `a`, with the most significant one of `b`. */
function withTop(a: Radix, b: Radix): Radix {
  return [...a.slice(0, -1), b[b.length - 1]];
}

/** Number of signs that fit together in one block as Σ 2^j·sⱼ, by range and by noise. */
function signsTogether(builder: Builder): number {
  let count = 0;
  while (2 * (2 ** (count + 1) - 1) < builder.capacity && (4 ** (count + 1) - 1) / 3 <= builder.maxNoise)
    count++;
  return count;
}

/** An odd number of chunks, nearly equal in length: joining three chunks costs no more than joining two. */
function inChunks(parts: readonly Difference[]): Difference[][] {
  const most = Math.max(1, Math.floor(parts.length / CHUNK));
  const chunks = most - ((most + 1) % 2);
  return Array.from({ length: chunks }, (_, index) =>
    parts.slice(
      Math.floor((index * parts.length) / chunks),
      Math.floor(((index + 1) * parts.length) / chunks),
    ),
  );
}

/** A difference that has the sign of a chunk of differences. */
function chain(builder: Builder, chunk: readonly Difference[]): Difference {
  return chunk.reduce((lower, part) => {
    const { block, zero } = isPlain(part) ? part : { block: signOf(builder, part), zero: 1 };
    const sum = [
      [2, block],
      [1, signOf(builder, lower)],
    ] as const;
    return { block: combine(builder, sum), zero: 2 * zero + 1, sign: Math.sign };
  });
}

/** A difference that has the sign of a few differences of any size, the last one being the most significant. */
function join(builder: Builder, parts: readonly Difference[]): Difference {
  if (parts.length === 1) return parts[0];
  const signs = parts.map((part) => signOf(builder, part));
  // Of equal signs, the most significant one decides for all.
  const distinct = signs.filter((sign, index) => signs.lastIndexOf(sign) === index);
  const sum = combine(
    builder,
    distinct.map((sign, index) => [2 ** index, sign]),
  );
  return { block: sum, zero: 2 ** distinct.length - 1, sign: Math.sign };
}

/** The sign of a difference plus 1. */
function signOf(builder: Builder, { block, zero, sign }: Difference): Block {
  return builder.lookup(block, (value) => sign(value - zero) + 1);
}

/** Whether a difference stands for its own sign. */
function isPlain({ sign }: Difference): boolean {
  return sign === Math.sign;
}

/**
 * Where a block has no room for two signs: a ≥ b if a + not b + 1 has a carry. A verdict of -1 and
 * one of 1 differ, and that of 0 is one of the two.
 */
function compareByCarry(builder: Builder, a: Radix, b: Radix, verdict: (sign: number) => boolean): Block {
  const [larger, smaller] = verdict(0) === verdict(1) ? [a, b] : [b, a];
  const complement = bitNot(builder, smaller);
  let carry: Block = builder.constant(1);
  for (const [index, digit] of larger.entries()) {
    const sum = combine(builder, [
      [1, digit],
      [1, complement[index]],
      [1, carry],
    ]);
    carry = builder.lookup(sum, (value) => Number(value >= builder.parameters.messageModulus));
  }
  return verdict(0) ? carry : booleanNot(builder, carry);
}
