import { roundKeyArea, tableOffsets } from "../src/kernel/geometry.ts";
import {
  add32,
  and32,
  type Expression,
  type FunctionBuilder,
  get,
  i32,
  load32,
  load64,
  shl32,
  sub32,
  type Vector,
} from "./assembler.ts";

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
  f.local("v128", "block");
  for (const name of ["place", "shift"]) f.local("i32", name);
  f.set("block", `(i64x2.replace_lane 1 (i64x2.splat ${get("low")}) ${get("high")})`);
  // One half, then the other: the V8 of Node 26 crashes where it tries to join two stores of one shifted value.
  for (const half of [0, 16]) {
    f.set("place", get("state"));
    f.set("shift", i32(31));
    f.doWhile(`(i32.ge_s ${get("shift")} ${i32(0)})`, () => {
      const bit = `(i32x4.shr_s (i32x4.shl ${get("block")} ${get("shift")}) ${i32(31)})`;
      f.store("v128", get("place"), half, bit);
      f.increment("place", pairBytes);
      f.increment("shift", -1);
    });
  }
}

/** aesSubBytes(state): without the constant, a row at a time. */
export function aesSubBytes(f: FunctionBuilder): void {
  f.let("i32", add32(get("state"), stateBytes), "end");
  f.doWhile(`(i32.lt_u ${get("state")} ${get("end")})`, () => {
    const place = (wire: string): number => pairBytes * (7 - Number(wire.slice(1)));
    const wires = new Map<string, Vector>();
    for (const x of ["x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7"]) {
      wires.set(x, f.loadPair(get("state"), place(x)));
    }
    for (const [, name, a, gate, b] of substitution.matchAll(/(\w+)=(\w+)([&^])(\w+)/g)) {
      const inputs = [wires.get(a!)!, wires.get(b!)!] as const;
      const output = gate === "&" ? f.and(...inputs) : f.xor(...inputs);
      wires.set(name!, output);
      if (name!.startsWith("s")) f.storePair(get("state"), place(name!), output);
    }
    f.increment("state", rowBytes);
  });
}

/** A pair of a row, after ShiftRows. */
const shiftedRow = (f: FunctionBuilder, row: number, offset: number): Vector =>
  f.rotateWords(f.loadPair(get("state"), offset), row);

/** aesMixColumns(state, key): ShiftRows, MixColumns and AddRoundKey. */
export function aesMixColumns(f: FunctionBuilder): void {
  const place = (row: number, bit: number): number => rowBytes * row + pairBytes * bit;
  const columnOf = (bit: number): Vector[] => [0, 1, 2, 3].map((row) => shiftedRow(f, row, place(row, bit)));
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
        const key = f.loadPair(get("key"), place(row, bit));
        const terms = [doubled[row]!, column[(row + 1) % 4]!, sums[(row + 2) % 4]!, key];
        // Doubling reduces by x^8 + x^4 + x^3 + x + 1.
        if (bit === 1 || bit === 3 || bit === 4) terms.push(carries[row]!);
        return terms.reduce((a, b) => f.xor(a, b));
      });
      for (const [row, value] of results.entries()) f.storePair(get("state"), place(row, bit), value);
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
    const mask = f.splat(get("tables"), tableOffsets.transposition + 8 * Math.log2(distance));
    for (let i = 0; i < rows.length; i++) {
      if (i & step) continue;
      const [a, b] = [rows[i]!, rows[i + step]!];
      const difference = f.and(f.xor(f.shift64("shr_u", a, i32(distance)), b), mask);
      rows[i] = f.xor(a, f.shift64("shl", difference, i32(distance)));
      rows[i + step] = f.xor(b, difference);
    }
  }
}

/** aesWriteBlocks(state, key, out): ShiftRows and AddRoundKey of the last round, then 64 blocks. */
export function aesWriteBlocks(f: FunctionBuilder): void {
  const indices = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
  f.let("i32", get("state"), "start");
  f.let("i32", add32(get("state"), 4 * pairBytes), "end");
  f.doWhile(`(i32.lt_u ${get("state")} ${get("end")})`, () => {
    const place = (i: number): number => 4 * pairBytes * i;
    const rows = indices(8).map((i) =>
      f.xor(shiftedRow(f, i >> 1, place(i)), f.loadPair(get("key"), place(i))),
    );
    transposeLevels(f, rows, [16, 8, 4]);
    for (const [i, row] of rows.entries()) f.storePair(get("state"), place(i), row);
    f.increment("state", pairBytes);
    f.increment("key", pairBytes);
  });
  f.set("state", get("start"));
  f.set("end", add32(get("state"), stateBytes));
  f.doWhile(`(i32.lt_u ${get("state")} ${get("end")})`, () => {
    const rows = indices(4).map((i) => f.loadPair(get("state"), pairBytes * i));
    transposeLevels(f, rows, [2, 1]);
    for (const [i, row] of rows.entries()) f.storePair(get("out"), pairBytes * i, row);
    f.increment("state", 4 * pairBytes);
    f.increment("out", 4 * pairBytes);
  });
}

const area = get("roundKeys");
const state = add32(area, roundKeyArea.state);
const slicedKey = (round: number): Expression => add32(area, roundKeyArea.slices + stateBytes * (round - 1));

/** aesExpandKey(key, roundKeys): 44 words, then the slices of the last ten round keys. */
export function aesExpandKey(f: FunctionBuilder): void {
  for (const name of ["out", "round", "constant", "word", "bit"]) f.local("i32", name);
  f.set("out", area);
  for (const offset of [0, 8]) f.store("i64", get("out"), offset, load64(get("key"), offset));
  f.set("constant", i32(1));
  f.forRange("round", i32(0), i32(10), 1, () => {
    f.call("aesSlice", load64(get("out")), load64(get("out"), 8), state);
    f.call("aesSubBytes", state);
    f.set("word", i32(substitutionConstant));
    f.forRange("bit", i32(0), i32(32), 1, () => {
      const lane = load32(add32(state, `(i32.mul ${get("bit")} ${i32(pairBytes)})`), 12);
      f.set("word", xor32(get("word"), `(i32.and ${lane} (i32.shl ${i32(1)} ${get("bit")}))`));
    });
    f.set("word", xor32(`(i32.rotr ${get("word")} ${i32(8)})`, get("constant")));
    for (let i = 0; i < 4; i++) {
      f.set("word", xor32(get("word"), load32(get("out"), 4 * i)));
      f.store("i32", get("out"), 16 + 4 * i, get("word"));
    }
    const reduced = `(i32.mul (i32.shr_u ${get("constant")} ${i32(7)}) ${i32(0x11b)})`;
    f.set("constant", xor32(shl32(get("constant"), 1), reduced));
    f.increment("out", 16);
  });
  const constant = `(i64.extend_i32_u ${i32(substitutionConstant)})`;
  const twice = `(i64.or ${constant} (i64.shl ${constant} (i64.const 32)))`;
  for (let round = 1; round <= 10; round++) {
    const halves = [0, 8].map((offset) => `(i64.xor ${load64(area, 16 * round + offset)} ${twice})`);
    f.call("aesSlice", ...halves, slicedKey(round));
  }
}

const xor32 = (a: Expression, b: Expression): Expression => `(i32.xor ${a} ${b})`;

/**
 * The state after the first AddRoundKey for the 64 counters from `low` and `high` on, a multiple of 64: bit 0 tells
 * the halves of pair 0 apart, and bits 1 to 5 count along the bits of a lane of column 0.
 */
function sliceCounters(f: FunctionBuilder): void {
  const halves = ["low", "high"].map((half, i) => `(i64.xor ${get(half)} ${load64(area, 8 * i)})`);
  f.call("aesSlice", ...halves, state);
  const flip = (offset: number, pattern: number): void => {
    const place = roundKeyArea.state + offset;
    f.store("i32", area, place, xor32(load32(area, place), i32(pattern)));
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
  for (const name of ["skipped", "count"]) f.local("i32", name);
  const bytes = (count: Expression): Expression => shl32(count, 4);
  const buffer = add32(area, roundKeyArea.blocks);
  const encryptGroup = (): void => {
    f.set("skipped", and32(`(i32.wrap_i64 ${get("low")})`, blocksAtOnce - 1));
    f.set("low", `(i64.and ${get("low")} (i64.const ${-blocksAtOnce}))`);
    f.set("count", sub32(i32(blocksAtOnce), get("skipped")));
    f.when(`(i32.lt_u ${get("blocks")} ${get("count")})`, () => f.set("count", get("blocks")));
    sliceCounters(f);
    for (let round = 1; round < 10; round++) {
      f.call("aesSubBytes", state);
      f.call("aesMixColumns", state, slicedKey(round));
    }
    f.call("aesSubBytes", state);
    const whole = `(i32.eq ${get("count")} ${i32(blocksAtOnce)})`;
    f.call("aesWriteBlocks", state, slicedKey(10), `(select ${get("out")} ${buffer} ${whole})`);
    f.when(`(i32.eqz ${whole})`, () => {
      const wanted = add32(buffer, bytes(get("skipped")));
      f.emit(`(memory.copy ${get("out")} ${wanted} ${bytes(get("count"))})`);
    });
    f.set("out", add32(get("out"), bytes(get("count"))));
    f.set("blocks", sub32(get("blocks"), get("count")));
    f.set("low", `(i64.add ${get("low")} (i64.const ${blocksAtOnce}))`);
    f.set("high", `(i64.add ${get("high")} (i64.extend_i32_u (i64.eqz ${get("low")})))`);
  };
  f.when(get("blocks"), () => f.doWhile(get("blocks"), encryptGroup));
}
