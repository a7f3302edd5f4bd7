import { columnsPerChunk } from "../src/kernel/geometry.ts";
import {
  add32,
  and32,
  type FunctionBuilder,
  get,
  i32,
  load32,
  load64,
  shl32,
  shr32,
  sub32,
} from "./assembler.ts";

// LWE ciphertexts: combinations, key switch, modulus switch, and the inner products of key generation.

const declare = (f: FunctionBuilder, ...names: string[]): void => {
  for (const name of names) f.local("i32", name);
};
const multiply = (a: string, b: string): string => `(i32.mul ${a} ${b})`;
const extend = (a: string): string => `(i64.extend_i32_u ${a})`;

/** lweDot(masks, rows, dimension, bits, out, scratch): the inner product of each row with the bits. */
export function lweDot(f: FunctionBuilder): void {
  declare(f, "place", "row", "end", "selector");
  for (const name of ["sum0", "sum1", "words", "halves"]) f.local("v128", name);
  f.local("i64", "odd");
  // Bits become masks of 64 bits, so that a product is an AND: eight at a time, then those that are left.
  f.forRange("place", i32(0), and32(get("dimension"), -8), 8, () => {
    f.set("words", `(i16x8.neg (v128.load8x8_u ${add32(get("bits"), get("place"))}))`);
    f.set("selector", add32(get("scratch"), shl32(get("place"), 3)));
    for (const [i, half] of ["low", "high"].entries()) {
      f.set("halves", `(i32x4.extend_${half}_i16x8_s ${get("words")})`);
      for (const [j, part] of ["low", "high"].entries()) {
        f.store("v128", get("selector"), 32 * i + 16 * j, `(i64x2.extend_${part}_i32x4_s ${get("halves")})`);
      }
    }
  });
  f.forRange("place", and32(get("dimension"), -8), get("dimension"), 1, () => {
    const bit = `(i64.load8_u ${add32(get("bits"), get("place"))})`;
    f.store("i64", add32(get("scratch"), shl32(get("place"), 3)), 0, `(i64.sub (i64.const 0) ${bit})`);
  });
  f.forRange("row", i32(0), get("rows"), 1, () => {
    for (const sum of ["sum0", "sum1"]) f.set(sum, "(v128.const i64x2 0 0)");
    f.set("odd", "(i64.const 0)");
    f.set("selector", get("scratch"));
    const masked = (offset: number): string =>
      `(v128.and (v128.load offset=${offset} ${get("masks")}) (v128.load offset=${offset} ${get("selector")}))`;
    f.set("end", add32(get("scratch"), shl32(and32(get("dimension"), -4), 3)));
    f.emit("(block $wholes (loop $whole");
    f.emit(`(br_if $wholes (i32.ge_u ${get("selector")} ${get("end")}))`);
    f.set("sum0", `(i64x2.add ${get("sum0")} ${masked(0)})`);
    f.set("sum1", `(i64x2.add ${get("sum1")} ${masked(16)})`);
    f.increment("masks", 32);
    f.increment("selector", 32);
    f.emit("(br $whole)))");
    f.set("end", add32(get("scratch"), shl32(get("dimension"), 3)));
    f.emit("(block $rests (loop $rest");
    f.emit(`(br_if $rests (i32.ge_u ${get("selector")} ${get("end")}))`);
    f.set("odd", `(i64.add ${get("odd")} (i64.and ${load64(get("masks"))} ${load64(get("selector"))}))`);
    f.increment("masks", 8);
    f.increment("selector", 8);
    f.emit("(br $rest)))");
    f.set("sum0", `(i64x2.add ${get("sum0")} ${get("sum1")})`);
    const lanes = [0, 1].map((lane) => `(i64x2.extract_lane ${lane} ${get("sum0")})`);
    f.store("i64", get("out"), 0, `(i64.add ${get("odd")} (i64.add ${lanes.join(" ")}))`);
    f.increment("out", 8);
  });
}

/** linearCombination(out, terms, count, constant: i64, size): Σ coefficient·ciphertext, plus a constant on the body. */
export function linearCombination(f: FunctionBuilder): void {
  declare(f, "place", "end", "term", "termsEnd", "source");
  f.local("i64", "coefficient");
  const width = 4;
  const sums = Array.from({ length: width }, () => f.local("i64"));
  f.set("end", shl32(get("size"), 3));
  f.set("termsEnd", add32(get("terms"), shl32(get("count"), 3)));
  /** The next few elements, each in a register: every term is read in pieces of a cache line. */
  const combine = (elements: number): void => {
    const own = sums.slice(0, elements);
    for (const sum of own) f.set(sum, "(i64.const 0)");
    f.forRange("term", get("terms"), get("termsEnd"), 8, () => {
      f.set("source", add32(load32(get("term")), get("place")));
      f.set("coefficient", `(i64.load32_s offset=4 ${get("term")})`);
      own.forEach((sum, i) => {
        const product = `(i64.mul ${load64(get("source"), 8 * i)} ${get("coefficient")})`;
        f.set(sum, `(i64.add ${get(sum)} ${product})`);
      });
    });
    own.forEach((sum, i) => void f.store("i64", add32(get("out"), get("place")), 8 * i, get(sum)));
  };
  f.forRange("place", i32(0), and32(get("end"), -8 * width), 8 * width, () => combine(width));
  f.forRange("place", get("place"), get("end"), 8, () => combine(1));
  f.set("out", add32(get("out"), sub32(get("end"), i32(8))));
  f.store("i64", get("out"), 0, `(i64.add ${load64(get("out"))} ${get("constant")})`);
}

/**
 * decompose(source, count, baseLog, levels, digits): balanced signed digits of the closest representable elements,
 * as i32, the least significant first. An exact half of the base goes up or down as what stands above it says, which
 * keeps digits without bias (TFHE-rs's SignedDecomposer).
 */
export function decompose(f: FunctionBuilder): void {
  declare(f, "place", "level");
  for (const name of ["state", "digit", "carry", "base", "total"]) f.local("i64", name);
  f.set("base", extend(get("baseLog")));
  f.set("total", extend(multiply(get("baseLog"), get("levels"))));
  const lowBits = (value: string, count: string): string =>
    `(i64.and ${value} (i64.sub (i64.shl (i64.const 1) ${count}) (i64.const 1)))`;
  /** Whether `value` of `bits` bits is more than half its range, or just half and `tie` has its upper bit set. */
  const exceeds = (value: string, tie: string, bits: string): string =>
    `(i64.shr_u (i64.and ${value} (i64.or (i64.sub ${value} (i64.const 1)) ${tie})) (i64.sub ${bits} (i64.const 1)))`;
  f.forRange("place", i32(0), get("count"), 1, () => {
    f.set("state", `(i64.shr_u ${load64(get("source"))} (i64.sub (i64.const 63) ${get("total")}))`);
    f.set("digit", `(i64.and ${get("state")} (i64.const 1))`);
    const rounded = `(i64.shr_u (i64.add ${get("state")} (i64.const 1)) (i64.const 1))`;
    f.set("state", lowBits(rounded, get("total")));
    const tie = `(i64.shl ${get("digit")} (i64.sub ${get("total")} (i64.const 1)))`;
    f.set("carry", exceeds(get("state"), tie, get("total")));
    f.set("state", `(i64.sub ${get("state")} (i64.shl ${get("carry")} ${get("total")}))`);
    f.forRange("level", i32(0), get("levels"), 1, () => {
      f.set("digit", lowBits(get("state"), get("base")));
      f.set("state", `(i64.shr_s ${get("state")} ${get("base")})`);
      f.set("carry", exceeds(get("digit"), get("state"), get("base")));
      f.set("state", `(i64.add ${get("state")} ${get("carry")})`);
      f.set("digit", `(i64.sub ${get("digit")} (i64.shl ${get("carry")} ${get("base")}))`);
      f.store("i32", get("digits"), 0, `(i32.wrap_i64 ${get("digit")})`);
      f.increment("digits", 4);
    });
    f.increment("source", 8);
  });
}

const chunkBytes = 4 * columnsPerChunk;

/**
 * switchColumns1/2(digits, rows, chunk, out, digitStride, outStride): subtracts Σ digit·row over some rows of one chunk
 * of columns, for one ciphertext or for two at a time, in registers.
 */
export function switchColumns(f: FunctionBuilder, ciphertexts: 1 | 2): void {
  declare(f, "end");
  const vectors = Array.from({ length: chunkBytes / 16 }, (_, i) => i);
  const members = Array.from({ length: ciphertexts }, (_, i) => i);
  const sum = (member: number, vector: number): string => `sum${member}_${vector}`;
  for (const m of members) for (const i of vectors) f.local("v128", sum(m, i));
  if (ciphertexts === 2) {
    f.let("i32", add32(get("digits"), get("digitStride")), "digits1");
    f.let("i32", add32(get("out"), get("outStride")), "out1");
  }
  const out = (member: number): string => get(member === 0 ? "out" : "out1");
  for (const m of members) {
    for (const i of vectors) f.set(sum(m, i), `(v128.load offset=${16 * i} ${out(m)})`);
  }
  f.set("end", add32(get("digits"), shl32(get("rows"), 2)));
  f.doWhile(`(i32.lt_u ${get("digits")} ${get("end")})`, () => {
    const row = vectors.map((i) => f.let("v128", `(v128.load offset=${16 * i} ${get("chunk")})`));
    for (const m of members) {
      const digit = f.let("v128", `(v128.load32_splat ${get(m === 0 ? "digits" : "digits1")})`);
      for (const i of vectors)
        f.set(sum(m, i), `(i32x4.sub ${get(sum(m, i))} (i32x4.mul ${row[i]} ${digit}))`);
    }
    f.increment("chunk", chunkBytes);
    f.increment("digits", 4);
    if (ciphertexts === 2) f.increment("digits1", 4);
  });
  for (const m of members) {
    for (const i of vectors) f.store("v128", out(m), 16 * (i ^ 1), get(sum(m, i ^ 1)));
  }
}

/** Rows of a chunk that all ciphertexts of a batch go through at once: 64 KB, which the second-level cache holds. */
const rowsAtOnce = 1024;

/**
 * keySwitch(count, input, inputDimension, key, output, dimension, baseLog, levels, scratch). The key lies by chunks
 * of columns, each with all rows one after another, so that it is read once, in order, for the whole batch.
 */
export function keySwitch(f: FunctionBuilder): void {
  declare(f, "member", "rows", "digitStride", "outStride", "column", "row", "some", "digits", "out");
  f.set("rows", multiply(get("inputDimension"), get("levels")));
  f.set("digitStride", shl32(get("rows"), 2));
  f.set("outStride", shl32(and32(add32(get("dimension"), columnsPerChunk), -columnsPerChunk), 2));
  const input = multiply(get("member"), shl32(add32(get("inputDimension"), 1), 3));
  f.forRange("member", i32(0), get("count"), 1, () => {
    const digits = add32(get("scratch"), multiply(get("member"), get("digitStride")));
    f.call(
      "decompose",
      add32(get("input"), input),
      get("inputDimension"),
      get("baseLog"),
      get("levels"),
      digits,
    );
  });
  f.emit(`(memory.fill ${get("output")} ${i32(0)} ${multiply(get("count"), get("outStride"))})`);
  const bytes = shl32(get("some"), Math.log2(chunkBytes));
  f.forRange("column", i32(0), get("outStride"), chunkBytes, () => {
    f.forRange("row", i32(0), get("rows"), rowsAtOnce, () => {
      f.set("some", sub32(get("rows"), get("row")));
      f.when(`(i32.gt_u ${get("some")} ${i32(rowsAtOnce)})`, () => f.set("some", i32(rowsAtOnce)));
      f.call("prefetch", get("key"), bytes);
      f.set("digits", add32(get("scratch"), shl32(get("row"), 2)));
      f.set("out", add32(get("output"), get("column")));
      f.set("member", get("count"));
      const advance = (ciphertexts: 1 | 2): void => {
        const columns = ["digits", "some", "key", "out", "digitStride", "outStride"];
        f.call(`switchColumns${ciphertexts}`, ...columns.map(get));
        f.set("digits", add32(get("digits"), shl32(get("digitStride"), ciphertexts - 1)));
        f.set("out", add32(get("out"), shl32(get("outStride"), ciphertexts - 1)));
        f.increment("member", -ciphertexts);
      };
      f.emit("(block $pairsDone (loop $pair");
      f.emit(`(br_if $pairsDone (i32.lt_u ${get("member")} ${i32(2)}))`);
      advance(2);
      f.emit("(br $pair)))");
      f.when(get("member"), () => advance(1));
      f.set("key", add32(get("key"), bytes));
    });
  });
  f.forRange("member", i32(0), get("count"), 1, () => {
    const body = load64(add32(get("input"), add32(input, shl32(get("inputDimension"), 3))));
    const rounded = `(i32.wrap_i64 (i64.shr_u (i64.add ${body} (i64.const 0x80000000)) (i64.const 32)))`;
    f.set("out", add32(get("output"), multiply(get("member"), get("outStride"))));
    f.set("out", add32(get("out"), shl32(get("dimension"), 2)));
    f.store("i32", get("out"), 0, add32(load32(get("out")), rounded));
  });
}

/** roundKeySwitchKey(source, firstRow, count, size, rows, key): rows of `size` u64 to 32 bits, at their places. */
export function roundKeySwitchKey(f: FunctionBuilder): void {
  declare(f, "row", "place", "column", "padded", "value");
  f.set("padded", and32(add32(get("size"), columnsPerChunk - 1), -columnsPerChunk));
  f.forRange("row", i32(0), get("count"), 1, () => {
    f.set("place", add32(get("key"), shl32(add32(get("firstRow"), get("row")), Math.log2(chunkBytes))));
    f.forRange("column", i32(0), get("padded"), 1, () => {
      f.set("value", i32(0));
      f.when(`(i32.lt_u ${get("column")} ${get("size")})`, () => {
        const rounded = `(i64.add ${load64(get("source"))} (i64.const 0x80000000))`;
        f.set("value", `(i32.wrap_i64 (i64.shr_u ${rounded} (i64.const 32)))`);
        f.increment("source", 8);
      });
      const chunk = multiply(
        shr32(get("column"), Math.log2(columnsPerChunk)),
        shl32(get("rows"), Math.log2(chunkBytes)),
      );
      const within = shl32(and32(get("column"), columnsPerChunk - 1), 2);
      f.store("i32", add32(add32(get("place"), chunk), within), 0, get("value"));
    });
  });
}

/** modulusSwitch(ciphertext, dimension, log): in place, from 32 bits to `log` bits, centred. */
export function modulusSwitch(f: FunctionBuilder): void {
  declare(f, "shift", "half", "end", "value", "rounded");
  f.local("i64", "errors");
  f.set("shift", sub32(i32(32), get("log")));
  f.set("half", `(i32.shl ${i32(1)} (i32.sub ${get("shift")} ${i32(1)}))`);
  f.set("end", add32(get("ciphertext"), shl32(get("dimension"), 2)));
  const switched = (value: string): string => `(i32.shr_u (i32.add ${value} ${get("half")}) ${get("shift")})`;
  f.doWhile(`(i32.lt_u ${get("ciphertext")} ${get("end")})`, () => {
    f.set("value", load32(get("ciphertext")));
    f.set("rounded", switched(get("value")));
    const error = sub32(`(i32.shl ${get("rounded")} ${get("shift")})`, get("value"));
    f.set("errors", `(i64.add ${get("errors")} (i64.extend_i32_s ${error}))`);
    f.store("i32", get("ciphertext"), 0, get("rounded"));
    f.increment("ciphertext", 4);
  });
  // The body plus half the errors, less the half step that rounding would add.
  const centre = `(i32.wrap_i64 (i64.shr_s ${get("errors")} (i64.const 1)))`;
  const body = sub32(add32(load32(get("ciphertext")), centre), get("half"));
  f.store("i32", get("ciphertext"), 0, switched(body));
}
