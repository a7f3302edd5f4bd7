import { roundKeyArea, tableOffsets } from "../geometry.ts";
import type { FunctionBuilder, Vector } from "./assembler.ts";
import {
  type I32,
  i32,
  i32x4,
  i64,
  i64x2,
  type Local,
  memory,
  select,
  type Value,
  v128,
} from "./instructions.ts";

// AES-128 (FIPS 197) in bit slices, 64 blocks at a time. There are no lookups and no branches on data, so the time
// depends on neither key nor counter.
//
// A state is 32 pairs of vectors. Pair 8r + b holds bit b of row r: the 32-bit lane c of each half belongs to column
// c, bit t of the lower half's lane to block 2t, of the upper half's to block 2t + 1. So SubBytes and MixColumns are
// logic on whole vectors (Biham, "A fast new DES implementation in software", FSE 1997), and ShiftRows moves lanes
// (after Käsper and Schwabe, "Faster and timing-attack resistant AES-GCM", CHES 2009). The 32 × 32 bits of a column
// (pairs by blocks) are the transpose of the column's words in the blocks, whose bit 8r + b is bit b of row r.

const blocksAtOnce = 64;
const pairBytes = 32;
const rowBytes = 8 * pairBytes;
const stateBytes = 4 * rowBytes;

/**
 * The S-box less its constant, a circuit of 115 gates: x0 and s0 are the upper bits (Boyar and Peralta, "A new
 * combinational logic minimization technique with applications to cryptology", SEA 2010). An annealing search put the
 * gates into this order, in which few values wait in memory because there are no more than 16 registers.
 */
const substitution = `
  y14=x3^x5 y13=x0^x6 y8=x0^x5 y12=y13^y14 t1=x4^y12 y15=t1^x5 y9=x0^x3 t0=x1^x2 y1=t0^x7 y4=y1^x3 y5=y1^x6
  t2=y12&y15 y6=y15^x7 y20=t1^x1 t5=y4&x7 y10=y15^t0 t6=t5^t2 y3=y5^y8 t3=y3&y6 y11=y20^y9 t4=t3^t2
  y17=y10^y11 t8=y5&y1 t13=y14&y17 t15=y8&y10 t12=y9&y11 t14=t13^t12 t17=t4^t14 t16=t15^t12 t18=t6^t16
  t21=t17^y20 y16=t0^y11 t7=y13&y16 y2=y1^x0 t9=t8^t7 t19=t9^t14 y7=x7^y11 y21=y13^y16 t23=t19^y21 t10=y2&y7
  t11=t10^t7 t20=t11^t16 y18=x0^y16 y19=y10^y8 t26=t21&t23 t24=t20^y18 t22=t18^y19 t31=t22^t26 t25=t21^t22
  t27=t24^t26 t30=t23^t24 t32=t31&t30 t33=t32^t24 t35=t27^t33 t36=t24&t35 t34=t23^t33 t28=t25&t27
  t29=t28^t22 t37=t36^t34 t38=t27^t36 z5=t29&y7 t39=t29&t38 t42=t29^t33 t40=t25^t39 z14=t29&y2 t43=t29^t40
  z12=t43&y13 z3=t43&y16 t41=t40^t37 z8=t41&y10 z17=t41&y8 t45=t42^t41 z7=t45&y17 z6=t42&y11 t54=z6^z7
  t52=z7^z8 z15=t42&y9 z4=t40&y1 z16=t45&y14 t59=z3^t54 t44=t33^t37 t46=z15^z16 t55=z16^z17 z0=t44&y15
  t53=z0^z3 z10=t37&y3 z13=t40&y5 z9=t44&y12 t58=z4^t46 t64=z4^t59 t49=z9^z10 t63=t49^t58 s0=t59^t63
  z1=t37&y6 t66=z1^t63 z2=t33&x7 t48=z5^z13 t62=t52^t58 t50=z2^z12 t51=z2^z5 t57=t50^t53 t60=t46^t57
  s4=t51^t66 s3=t53^t66 s7=t48^t60 s1=t64^s3 t61=z14^t57 t56=z12^t48 t65=t61^t62 s6=t56^t62 z11=t33&y4
  t47=z10^z11 s5=t47^t65 t67=t64^t65 s2=t55^t67`;

/** What the circuit leaves out, in every byte. ShiftRows and MixColumns keep it, so it joins the round keys. */
const substitutionConstant = 0x63636363;

/** aesSlice(low: i64, high: i64, state): the state of 64 blocks that are all alike. */
export function aesSlice(f: FunctionBuilder): void {
  const [low, high] = f.params("i64");
  const [state] = f.params("i32");
  const [block] = f.locals("v128");
  const [place, shift] = f.locals("i32");
  f.set(block, i64x2.replace_lane(1, i64x2.splat(low), high));
  // One half, then the other: the V8 of Node 26 crashes where it tries to join two stores of one shifted value.
  for (const half of [0, 16]) {
    f.set(place, state);
    f.set(shift, 31);
    f.doWhile(i32.ge_s(shift, 0), () => {
      f.emit(v128.store(place, half, i32x4.shr_s(i32x4.shl(block, shift), 31)));
      f.increment(place, pairBytes);
      f.increment(shift, -1);
    });
  }
}

/** aesSubBytes(state): without the constant, a row at a time. */
export function aesSubBytes(f: FunctionBuilder): void {
  const [state] = f.params("i32");
  const end = f.let("i32", i32.add(state, stateBytes));
  f.doWhile(i32.lt_u(state, end), () => {
    const place = (wire: string): number => pairBytes * (7 - Number(wire.slice(1)));
    const wires = new Map<string, Vector>();
    for (const x of ["x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7"]) {
      wires.set(x, f.loadPair(state, place(x)));
    }
    for (const [, name, a, gate, b] of substitution.matchAll(/(\w+)=(\w+)([&^])(\w+)/g)) {
      const inputs = [wires.get(a!)!, wires.get(b!)!] as const;
      const output = gate === "&" ? f.and(...inputs) : f.xor(...inputs);
      wires.set(name!, output);
      if (name!.startsWith("s")) f.storePair(state, place(name!), output);
    }
    f.increment(state, rowBytes);
  });
}

/** A pair of a row, after ShiftRows. */
const shiftedRow = (f: FunctionBuilder, state: Local<"i32">, row: number, offset: number): Vector =>
  f.rotateWords(f.loadPair(state, offset), row);

/** aesMixColumns(state, key): ShiftRows, MixColumns and AddRoundKey. */
export function aesMixColumns(f: FunctionBuilder): void {
  const [state, key] = f.params("i32");
  const place = (row: number, bit: number): number => rowBytes * row + pairBytes * bit;
  const columnOf = (bit: number): Vector[] =>
    [0, 1, 2, 3].map((row) => shiftedRow(f, state, row, place(row, bit)));
  /** Sums of neighbouring rows: the result of row r is twice sum r, plus row r + 1, plus sum r + 2. */
  const sumsOf = (column: Vector[]): Vector[] =>
    column.map((value, row) => f.xor(value, column[(row + 1) % 4]!));
  f.once(() => {
    const carries = sumsOf(columnOf(7));
    let doubled = carries;
    for (let bit = 0; bit < 8; bit++) {
      const column = columnOf(bit);
      const sums = sumsOf(column);
      const results = column.map((_, row) => {
        const roundKey = f.loadPair(key, place(row, bit));
        const terms = [doubled[row]!, column[(row + 1) % 4]!, sums[(row + 2) % 4]!, roundKey];
        // Doubling reduces by x^8 + x^4 + x^3 + x + 1.
        if (bit === 1 || bit === 3 || bit === 4) terms.push(carries[row]!);
        return terms.reduce((a, b) => f.xor(a, b));
      });
      for (const [row, value] of results.entries()) f.storePair(state, place(row, bit), value);
      doubled = sums;
    }
  });
}

/**
 * Levels of the transposition of a matrix of 32 × 32 bits (Warren, "Hacker's Delight", section 7-3), on some of its
 * rows: each level exchanges the upper bits of one row with the lower bits of the row that is `distance` further.
 */
function transposeLevels(f: FunctionBuilder, rows: Vector[], distances: readonly number[]): void {
  let step = rows.length;
  for (const distance of distances) {
    step /= 2;
    const mask = f.splat(f.tables, tableOffsets.transposition + 8 * Math.log2(distance));
    for (let i = 0; i < rows.length; i++) {
      if (i & step) continue;
      const [a, b] = [rows[i]!, rows[i + step]!];
      const difference = f.and(f.xor(f.shift64("shr_u", a, distance), b), mask);
      rows[i] = f.xor(a, f.shift64("shl", difference, distance));
      rows[i + step] = f.xor(b, difference);
    }
  }
}

/** aesWriteBlocks(state, key, out): ShiftRows and AddRoundKey of the last round, then 64 blocks. */
export function aesWriteBlocks(f: FunctionBuilder): void {
  const indices = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
  const [state, key, out] = f.params("i32");
  const start = f.let("i32", state);
  const end = f.let("i32", i32.add(state, 4 * pairBytes));
  f.doWhile(i32.lt_u(state, end), () => {
    const place = (i: number): number => 4 * pairBytes * i;
    const rows = indices(8).map((i) =>
      f.xor(shiftedRow(f, state, i >> 1, place(i)), f.loadPair(key, place(i))),
    );
    transposeLevels(f, rows, [16, 8, 4]);
    for (const [i, row] of rows.entries()) f.storePair(state, place(i), row);
    f.increment(state, pairBytes);
    f.increment(key, pairBytes);
  });
  f.set(state, start);
  f.set(end, i32.add(state, stateBytes));
  f.doWhile(i32.lt_u(state, end), () => {
    const rows = indices(4).map((i) => f.loadPair(state, pairBytes * i));
    transposeLevels(f, rows, [2, 1]);
    for (const [i, row] of rows.entries()) f.storePair(out, pairBytes * i, row);
    f.increment(state, 4 * pairBytes);
    f.increment(out, 4 * pairBytes);
  });
}

/** Addresses in the area at `roundKeys`. */
const stateOf = (roundKeys: I32): Value<"i32"> => i32.add(roundKeys, roundKeyArea.state);
const slicedKeyOf = (roundKeys: I32, round: number): Value<"i32"> =>
  i32.add(roundKeys, roundKeyArea.slices + stateBytes * (round - 1));

/** aesExpandKey(key, roundKeys): 44 words, then the slices of the last ten round keys. */
export function aesExpandKey(f: FunctionBuilder): void {
  const [key, roundKeys] = f.params("i32");
  const [out, round, constant, word, bit] = f.locals("i32");
  const state = stateOf(roundKeys);
  f.set(out, roundKeys);
  for (const offset of [0, 8]) f.emit(i64.store(out, offset, i64.load(key, offset)));
  f.set(constant, 1);
  f.forRange(round, 0, 10, 1, () => {
    f.call("aesSlice", i64.load(out), i64.load(out, 8), state);
    f.call("aesSubBytes", state);
    f.set(word, substitutionConstant);
    f.forRange(bit, 0, 32, 1, () => {
      const lane = i32.load(i32.add(state, i32.mul(bit, pairBytes)), 12);
      f.set(word, i32.xor(word, i32.and(lane, i32.shl(1, bit))));
    });
    f.set(word, i32.xor(i32.rotr(word, 8), constant));
    for (let i = 0; i < 4; i++) {
      f.set(word, i32.xor(word, i32.load(out, 4 * i)));
      f.emit(i32.store(out, 16 + 4 * i, word));
    }
    const reduced = i32.mul(i32.shr_u(constant, 7), 0x11b);
    f.set(constant, i32.xor(i32.shl(constant, 1), reduced));
    f.increment(out, 16);
  });
  const inEveryByte = i64.extend_i32_u(substitutionConstant);
  const twice = i64.or(inEveryByte, i64.shl(inEveryByte, 32));
  for (let round = 1; round <= 10; round++) {
    const half = (offset: number): Value<"i64"> => i64.xor(i64.load(roundKeys, 16 * round + offset), twice);
    f.call("aesSlice", half(0), half(8), slicedKeyOf(roundKeys, round));
  }
}

/**
 * The state after the first AddRoundKey for the 64 counters from `low` and `high` on, a multiple of 64: bit 0 tells
 * the halves of pair 0 apart, and bits 1 to 5 count along the bits of a lane of column 0.
 */
function sliceCounters(
  f: FunctionBuilder,
  roundKeys: Local<"i32">,
  low: Local<"i64">,
  high: Local<"i64">,
): void {
  const [first, second] = [i64.xor(low, i64.load(roundKeys)), i64.xor(high, i64.load(roundKeys, 8))];
  f.call("aesSlice", first, second, stateOf(roundKeys));
  const flip = (offset: number, pattern: number): void => {
    const place = roundKeyArea.state + offset;
    f.emit(i32.store(roundKeys, place, i32.xor(i32.load(roundKeys, place), pattern)));
  };
  flip(16, -1);
  for (const [i, pattern] of [0xaaaaaaaa, 0xcccccccc, 0xf0f0f0f0, 0xff00ff00, 0xffff0000].entries()) {
    for (const half of [0, 16]) flip(pairBytes * (i + 1) + half, pattern | 0);
  }
}

/**
 * aesCtr(roundKeys, low: i64, high: i64, out, blocks): the blocks of consecutive counters. Counters are taken by
 * groups whose first is a multiple of 64; where not all of a group is wanted, it passes through a buffer.
 */
export function aesCtr(f: FunctionBuilder): void {
  const [roundKeys] = f.params("i32");
  const [low, high] = f.params("i64");
  const [out, blocks] = f.params("i32");
  const [skipped, count] = f.locals("i32");
  const bytes = (number: I32): Value<"i32"> => i32.shl(number, 4);
  const state = stateOf(roundKeys);
  const buffer = i32.add(roundKeys, roundKeyArea.blocks);
  const encryptGroup = (): void => {
    f.set(skipped, i32.and(i32.wrap_i64(low), blocksAtOnce - 1));
    f.set(low, i64.and(low, -blocksAtOnce));
    f.set(count, i32.sub(blocksAtOnce, skipped));
    f.when(i32.lt_u(blocks, count), () => f.set(count, blocks));
    sliceCounters(f, roundKeys, low, high);
    for (let round = 1; round < 10; round++) {
      f.call("aesSubBytes", state);
      f.call("aesMixColumns", state, slicedKeyOf(roundKeys, round));
    }
    f.call("aesSubBytes", state);
    const whole = i32.eq(count, blocksAtOnce);
    f.call("aesWriteBlocks", state, slicedKeyOf(roundKeys, 10), select(out, buffer, whole));
    f.when(i32.eqz(whole), () => f.emit(memory.copy(out, i32.add(buffer, bytes(skipped)), bytes(count))));
    f.set(out, i32.add(out, bytes(count)));
    f.set(blocks, i32.sub(blocks, count));
    f.set(low, i64.add(low, blocksAtOnce));
    f.set(high, i64.add(high, i64.extend_i32_u(i64.eqz(low))));
  };
  f.when(blocks, () => f.doWhile(blocks, encryptGroup));
}
