import { tableOffsets } from "../src/kernel/geometry.ts";
import { add32, type Expression, type FunctionBuilder, get, i32, load32, shl32 } from "./assembler.ts";

// AES-128 (FIPS 197) with one table of 1 KiB for each row of the state, words little-endian. Lookups depend on the
// key and on the counter, so this is for public seeds only.

const sbox = tableOffsets.aes + 4096;

/** Byte `row` of a word, times four. */
function quadrupledByte(word: Expression, row: number): Expression {
  const shifted = row === 0 ? shl32(word, 2) : `(i32.shr_u ${word} ${i32(8 * row - 2)})`;
  return `(i32.and ${shifted} ${i32(0x3fc)})`;
}

const byteOf = (word: Expression, row: number): Expression =>
  `(i32.and (i32.shr_u ${word} ${i32(8 * row)}) ${i32(0xff)})`;

/** The S-box of byte `row` of a word, in place `row`. */
function substituted(word: Expression, row: number): Expression {
  const value = `(i32.load8_u offset=${sbox} ${add32(get("tables"), byteOf(word, row))})`;
  return shl32(value, 8 * row);
}

const xor = (...values: Expression[]): Expression => values.reduce((a, b) => `(i32.xor ${a} ${b})`);

/** aesExpandKey(key, out): 44 words of round keys. */
export function aesExpandKey(f: FunctionBuilder): void {
  for (const name of ["round", "constant", "word"]) f.local("i32", name);
  for (let i = 0; i < 4; i++) f.store("i32", get("out"), 4 * i, load32(get("key"), 4 * i));
  f.set("constant", i32(1));
  f.forRange("round", i32(0), i32(10), 1, () => {
    f.set("word", `(i32.rotr ${load32(get("out"), 12)} ${i32(8)})`);
    f.set("word", xor(...[0, 1, 2, 3].map((row) => substituted(get("word"), row)), get("constant")));
    for (let i = 0; i < 4; i++) {
      f.set("word", xor(get("word"), load32(get("out"), 4 * i)));
      f.store("i32", get("out"), 16 + 4 * i, get("word"));
    }
    const reduced = `(i32.mul (i32.shr_u ${get("constant")} ${i32(7)}) ${i32(0x11b)})`;
    f.set("constant", xor(shl32(get("constant"), 1), reduced));
    f.increment("out", 16);
  });
}

/**
 * Encrypts `count` consecutive counters side by side, which keeps more lookups in flight, and moves on. The counter
 * is in the i64 locals `low` and `high`.
 */
function encryptCounters(f: FunctionBuilder, count: number): void {
  const names = (letter: string, block: number): string[] => [0, 1, 2, 3].map((i) => `${letter}${block}${i}`);
  const blocks = Array.from({ length: count }, (_, block) => block);
  const key = (word: number): Expression => load32(get("roundKeys"), 4 * word);
  const halves = ["low", "low", "high", "high"].map(get);
  for (const block of blocks) {
    for (const [i, column] of names("a", block).entries()) {
      const word = i % 2 === 0 ? halves[i]! : `(i64.shr_u ${halves[i]} (i64.const 32))`;
      f.set(column, xor(`(i32.wrap_i64 ${word})`, key(i)));
    }
    f.set("low", `(i64.add ${get("low")} (i64.const 1))`);
    f.set("high", `(i64.add ${get("high")} (i64.extend_i32_u (i64.eqz ${get("low")})))`);
  }
  for (let round = 1; round < 10; round++) {
    const [from, to] = round % 2 === 1 ? ["a", "b"] : ["b", "a"];
    for (let c = 0; c < 4; c++) {
      for (const block of blocks) {
        const state = names(from!, block);
        const rows = [0, 1, 2, 3].map((row) => {
          const index = quadrupledByte(get(state[(c + row) % 4]!), row);
          return load32(add32(get("tables"), index), tableOffsets.aes + 1024 * row);
        });
        f.set(names(to!, block)[c]!, xor(...rows, key(4 * round + c)));
      }
    }
  }
  for (const block of blocks) {
    const state = names("b", block);
    for (let c = 0; c < 4; c++) {
      const rows = [0, 1, 2, 3].map((row) => substituted(get(state[(c + row) % 4]!), row));
      f.store("i32", get("out"), 16 * block + 4 * c, xor(...rows, key(40 + c)));
    }
  }
  f.increment("out", 16 * count);
  f.increment("blocks", -count);
}

/** aesCtr(roundKeys, low: i64, high: i64, out, blocks): the blocks of consecutive counters. */
export function aesCtr(f: FunctionBuilder): void {
  for (const letter of ["a", "b"]) {
    for (const block of [0, 1]) for (let i = 0; i < 4; i++) f.local("i32", `${letter}${block}${i}`);
  }
  f.when(`(i32.gt_u ${get("blocks")} ${i32(1)})`, () => {
    f.doWhile(`(i32.gt_u ${get("blocks")} ${i32(1)})`, () => encryptCounters(f, 2));
  });
  f.when(get("blocks"), () => encryptCounters(f, 1));
}
