import { columnsPerChunk } from "../geometry.ts";
import type { FunctionBuilder } from "./assembler.ts";
import { type I64, i16x8, i32, i32x4, i64, i64x2, memory, type Value, v128 } from "./instructions.ts";

// LWE ciphertexts: combinations, key switch, modulus switch, and the inner products of key generation.

/** The upper half of a 64-bit element, rounded. */
const roundedToWord = (element: I64): Value<"i32"> => i32.wrap_i64(i64.shr_u(i64.add(element, 2 ** 31), 32));

/** lweDot(masks, rows, dimension, bits, out, scratch): the inner product of each row with the bits. */
export function lweDot(f: FunctionBuilder): void {
  const [masks, rows, dimension, bits, out, scratch] = f.params("i32");
  const [place, row, end, selector] = f.locals("i32");
  const [sum0, sum1, words, halves] = f.locals("v128");
  const [odd] = f.locals("i64");
  // Bits become masks of 64 bits, so that a product is an AND: eight at a time, then those that are left.
  f.forRange(place, 0, i32.and(dimension, -8), 8, () => {
    f.set(words, i16x8.neg(v128.load8x8_u(i32.add(bits, place))));
    f.set(selector, i32.add(scratch, i32.shl(place, 3)));
    for (const [i, extendHalf] of [i32x4.extend_low_i16x8_s, i32x4.extend_high_i16x8_s].entries()) {
      f.set(halves, extendHalf(words));
      for (const [j, extendPart] of [i64x2.extend_low_i32x4_s, i64x2.extend_high_i32x4_s].entries()) {
        f.emit(v128.store(selector, 32 * i + 16 * j, extendPart(halves)));
      }
    }
  });
  f.forRange(place, i32.and(dimension, -8), dimension, 1, () => {
    const bit = i64.load8_u(i32.add(bits, place));
    f.emit(i64.store(i32.add(scratch, i32.shl(place, 3)), 0, i64.sub(0, bit)));
  });
  f.forRange(row, 0, rows, 1, () => {
    for (const sum of [sum0, sum1]) f.set(sum, v128.const(0));
    f.set(odd, 0);
    f.set(selector, scratch);
    f.set(end, i32.add(scratch, i32.shl(i32.and(dimension, -4), 3)));
    f.until(i32.ge_u(selector, end), () => {
      for (const [i, sum] of [sum0, sum1].entries()) {
        f.set(sum, i64x2.add(sum, v128.and(v128.load(masks, 16 * i), v128.load(selector, 16 * i))));
      }
      f.increment(masks, 32);
      f.increment(selector, 32);
    });
    f.set(end, i32.add(scratch, i32.shl(dimension, 3)));
    f.until(i32.ge_u(selector, end), () => {
      f.set(odd, i64.add(odd, i64.and(i64.load(masks), i64.load(selector))));
      f.increment(masks, 8);
      f.increment(selector, 8);
    });
    f.set(sum0, i64x2.add(sum0, sum1));
    const lanes = i64.add(i64x2.extract_lane(0, sum0), i64x2.extract_lane(1, sum0));
    f.emit(i64.store(out, 0, i64.add(odd, lanes)));
    f.increment(out, 8);
  });
}

/** linearCombination(out, terms, count, constant: i64, size): Σ coefficient·ciphertext, plus a constant on the body. */
export function linearCombination(f: FunctionBuilder): void {
  const [out, terms, count] = f.params("i32");
  const [constant] = f.params("i64");
  const [size] = f.params("i32");
  const [place, end, term, termsEnd, source] = f.locals("i32");
  const [coefficient] = f.locals("i64");
  const width = 4;
  const sums = Array.from({ length: width }, () => f.local("i64"));
  f.set(end, i32.shl(size, 3));
  f.set(termsEnd, i32.add(terms, i32.shl(count, 3)));
  /** The next few elements, each in a register: every term is read in pieces of a cache line. */
  const combine = (elements: number): void => {
    const own = sums.slice(0, elements);
    for (const sum of own) f.set(sum, 0);
    f.forRange(term, terms, termsEnd, 8, () => {
      f.set(source, i32.add(i32.load(term), place));
      f.set(coefficient, i64.load32_s(term, 4));
      for (const [i, sum] of own.entries()) {
        f.set(sum, i64.add(sum, i64.mul(i64.load(source, 8 * i), coefficient)));
      }
    });
    for (const [i, sum] of own.entries()) f.emit(i64.store(i32.add(out, place), 8 * i, sum));
  };
  f.forRange(place, 0, i32.and(end, -8 * width), 8 * width, () => combine(width));
  f.forRange(place, place, end, 8, () => combine(1));
  f.set(out, i32.add(out, i32.sub(end, 8)));
  f.emit(i64.store(out, 0, i64.add(i64.load(out), constant)));
}

/** The lower bits of a value. */
const lowBits = (value: I64, count: I64): Value<"i64"> => i64.and(value, i64.sub(i64.shl(1, count), 1));

/** Whether `value` of `bits` bits is more than half its range, or just half and `tie` has its upper bit set. */
const exceeds = (value: I64, tie: I64, bits: I64): Value<"i64"> =>
  i64.shr_u(i64.and(value, i64.or(i64.sub(value, 1), tie)), i64.sub(bits, 1));

/**
 * decompose(source, count, baseLog, levels, digits): balanced signed digits of the closest representable elements,
 * as i32, the least significant first. An exact half of the base goes up or down as what stands above it says, which
 * keeps digits without bias (TFHE-rs's SignedDecomposer). What becomes half of the torus does so as the bit that is
 * rounded off says; decomposeRounded leaves it positive, as TFHE-rs's packing key switch does, which rounds first.
 */
export const decompose =
  (rounded: boolean) =>
  (f: FunctionBuilder): void => {
    const [source, count, baseLog, levels, digits] = f.params("i32");
    const [place, level] = f.locals("i32");
    const [state, digit, carry, base, total] = f.locals("i64");
    f.set(base, i64.extend_i32_u(baseLog));
    f.set(total, i64.extend_i32_u(i32.mul(baseLog, levels)));
    f.forRange(place, 0, count, 1, () => {
      f.set(state, i64.shr_u(i64.load(source), i64.sub(63, total)));
      f.set(digit, rounded ? i64.const(0) : i64.and(state, 1));
      f.set(state, lowBits(i64.shr_u(i64.add(state, 1), 1), total));
      f.set(carry, exceeds(state, i64.shl(digit, i64.sub(total, 1)), total));
      f.set(state, i64.sub(state, i64.shl(carry, total)));
      f.forRange(level, 0, levels, 1, () => {
        f.set(digit, lowBits(state, base));
        f.set(state, i64.shr_s(state, base));
        f.set(carry, exceeds(digit, state, base));
        f.set(state, i64.add(state, carry));
        f.set(digit, i64.sub(digit, i64.shl(carry, base)));
        f.emit(i32.store(digits, 0, i32.wrap_i64(digit)));
        f.increment(digits, 4);
      });
      f.increment(source, 8);
    });
  };

const chunkBytes = 4 * columnsPerChunk;

/**
 * switchColumns1/2(digits, rows, chunk, out, digitStride, outStride): subtracts Σ digit·row over some rows of one chunk
 * of columns, for one ciphertext or for two at a time, in registers.
 */
export const switchColumns =
  (ciphertexts: 1 | 2) =>
  (f: FunctionBuilder): void => {
    const [digits, rows, chunk, out, digitStride, outStride] = f.params("i32");
    const [end] = f.locals("i32");
    const vectors = Array.from({ length: chunkBytes / 16 }, (_, i) => i);
    const members = [{ digits, out, sums: vectors.map(() => f.local("v128")) }];
    if (ciphertexts === 2) {
      const second = {
        digits: f.let("i32", i32.add(digits, digitStride)),
        out: f.let("i32", i32.add(out, outStride)),
      };
      members.push({ ...second, sums: vectors.map(() => f.local("v128")) });
    }
    for (const { out, sums } of members) {
      for (const [i, sum] of sums.entries()) f.set(sum, v128.load(out, 16 * i));
    }
    f.set(end, i32.add(digits, i32.shl(rows, 2)));
    f.doWhile(i32.lt_u(digits, end), () => {
      const row = vectors.map((i) => f.let("v128", v128.load(chunk, 16 * i)));
      for (const { digits, sums } of members) {
        const digit = f.let("v128", v128.load32_splat(digits));
        for (const [i, sum] of sums.entries()) f.set(sum, i32x4.sub(sum, i32x4.mul(row[i]!, digit)));
      }
      f.increment(chunk, chunkBytes);
      for (const { digits } of members) f.increment(digits, 4);
    });
    for (const { out, sums } of members) {
      // The upper half of each pair first, without which V8 does not join them.
      for (const i of vectors) f.emit(v128.store(out, 16 * (i ^ 1), sums[i ^ 1]!));
    }
  };

/** Rows of a chunk that all ciphertexts of a batch go through at once: 64 KB, which the second-level cache holds. */
const rowsAtOnce = 1024;

/**
 * keySwitch(count, input, inputDimension, key, output, dimension, baseLog, levels, scratch). The key lies by chunks
 * of columns, each with all rows one after another, so that it is read once, in order, for the whole batch.
 */
export function keySwitch(f: FunctionBuilder): void {
  const [count, input, inputDimension, key, output, dimension, baseLog, levels, scratch] = f.params("i32");
  const [member, rows, digitStride, outStride, column, row, some, digits, out] = f.locals("i32");
  f.set(rows, i32.mul(inputDimension, levels));
  f.set(digitStride, i32.shl(rows, 2));
  f.set(outStride, i32.shl(i32.and(i32.add(dimension, columnsPerChunk), -columnsPerChunk), 2));
  const inputOffset = i32.mul(member, i32.shl(i32.add(inputDimension, 1), 3));
  f.forRange(member, 0, count, 1, () => {
    const target = i32.add(scratch, i32.mul(member, digitStride));
    f.call("decompose", i32.add(input, inputOffset), inputDimension, baseLog, levels, target);
  });
  f.emit(memory.fill(output, 0, i32.mul(count, outStride)));
  const bytes = i32.shl(some, Math.log2(chunkBytes));
  f.forRange(column, 0, outStride, chunkBytes, () => {
    f.forRange(row, 0, rows, rowsAtOnce, () => {
      f.set(some, i32.sub(rows, row));
      f.when(i32.gt_u(some, rowsAtOnce), () => f.set(some, rowsAtOnce));
      f.call("prefetch", key, bytes);
      f.set(digits, i32.add(scratch, i32.shl(row, 2)));
      f.set(out, i32.add(output, column));
      f.set(member, count);
      const advance = (ciphertexts: 1 | 2): void => {
        f.call(`switchColumns${ciphertexts}`, digits, some, key, out, digitStride, outStride);
        f.set(digits, i32.add(digits, i32.shl(digitStride, ciphertexts - 1)));
        f.set(out, i32.add(out, i32.shl(outStride, ciphertexts - 1)));
        f.increment(member, -ciphertexts);
      };
      f.until(i32.lt_u(member, 2), () => advance(2));
      f.when(member, () => advance(1));
      f.set(key, i32.add(key, bytes));
    });
  });
  f.forRange(member, 0, count, 1, () => {
    const body = i64.load(i32.add(input, i32.add(inputOffset, i32.shl(inputDimension, 3))));
    f.set(out, i32.add(output, i32.mul(member, outStride)));
    f.set(out, i32.add(out, i32.shl(dimension, 2)));
    f.emit(i32.store(out, 0, i32.add(i32.load(out), roundedToWord(body))));
  });
}

/** roundKeySwitchKey(source, firstRow, count, size, rows, key): rows of `size` u64 to 32 bits, at their places. */
export function roundKeySwitchKey(f: FunctionBuilder): void {
  const [source, firstRow, count, size, rows, key] = f.params("i32");
  const [row, place, column, padded, value] = f.locals("i32");
  f.set(padded, i32.and(i32.add(size, columnsPerChunk - 1), -columnsPerChunk));
  f.forRange(row, 0, count, 1, () => {
    f.set(place, i32.add(key, i32.shl(i32.add(firstRow, row), Math.log2(chunkBytes))));
    f.forRange(column, 0, padded, 1, () => {
      f.set(value, 0);
      f.when(i32.lt_u(column, size), () => {
        f.set(value, roundedToWord(i64.load(source)));
        f.increment(source, 8);
      });
      const chunkOfRows = i32.shl(rows, Math.log2(chunkBytes));
      const chunk = i32.mul(i32.shr_u(column, Math.log2(columnsPerChunk)), chunkOfRows);
      const within = i32.shl(i32.and(column, columnsPerChunk - 1), 2);
      f.emit(i32.store(i32.add(i32.add(place, chunk), within), 0, value));
    });
  });
}

/** modulusSwitch(ciphertext, dimension, log): in place, from 32 bits to `log` bits, centred. */
export function modulusSwitch(f: FunctionBuilder): void {
  const [ciphertext, dimension, log] = f.params("i32");
  const [shift, half, end, value, rounded] = f.locals("i32");
  const [errors] = f.locals("i64");
  f.set(shift, i32.sub(32, log));
  f.set(half, i32.shl(1, i32.sub(shift, 1)));
  f.set(end, i32.add(ciphertext, i32.shl(dimension, 2)));
  const switched = (element: Value<"i32">): Value<"i32"> => i32.shr_u(i32.add(element, half), shift);
  f.doWhile(i32.lt_u(ciphertext, end), () => {
    f.set(value, i32.load(ciphertext));
    f.set(rounded, switched(value));
    const error = i32.sub(i32.shl(rounded, shift), value);
    f.set(errors, i64.add(errors, i64.extend_i32_s(error)));
    f.emit(i32.store(ciphertext, 0, rounded));
    f.increment(ciphertext, 4);
  });
  // The body plus half the errors, less the half step that rounding would add.
  const centre = i32.wrap_i64(i64.shr_s(errors, 1));
  f.emit(i32.store(ciphertext, 0, switched(i32.sub(i32.add(i32.load(ciphertext), centre), half))));
}
