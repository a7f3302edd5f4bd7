import { FunctionBuilder } from "./assembler.ts";
import { encodeModule } from "./encoding.ts";
import { type I32, i8x16, i32, i32x4, type Local, type Value, v128 } from "./instructions.ts";

/*
 * BLAKE3 (O'Connor, Aumasson, Neves, Wilcox-O'Hearn, "BLAKE3: one function, fast everywhere", 2020), four compressions
 * at a time: word i of all four in one vector.
 */

export const BLOCK_BYTES = 64;
export const CHUNK_BYTES = 1024;

/** The initial chaining value, that of SHA-256. */
export const INITIAL: readonly number[] = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

/** What tells compressions apart. */
export const FLAGS = { chunkStart: 1, chunkEnd: 2, parent: 4, root: 8 } as const;

/** The words of the block that each of the seven rounds takes, in order. */
export const SCHEDULE: readonly (readonly number[])[] = schedule();

/** The words of the state that each of the eight steps of a round mixes: its columns, then its diagonals. */
export const STEPS: readonly (readonly [number, number, number, number])[] = [0, 1, 2, 3, 4, 5, 6, 7].map(
  (i) =>
    i < 4 ? [i, 4 + i, 8 + i, 12 + i] : [i - 4, 4 + ((i - 3) % 4), 8 + ((i - 2) % 4), 12 + ((i - 1) % 4)],
);

function schedule(): number[][] {
  const permutation = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
  const rounds = [Array.from({ length: 16 }, (_, i) => i)];
  while (rounds.length < 7) rounds.push(permutation.map((i) => rounds.at(-1)![i]));
  return rounds;
}

/** Where the numbers 0, 1, 2, 3 lie, which the host writes. */
export const LANES_ADDRESS = 0;

type V128 = Value<"v128">;
type Lanes = Local<"v128">[];

/** Bytes of each word rotated to the right. */
const byteRotation = (bytes: number): number[] =>
  Array.from({ length: 16 }, (_, i) => (i & 12) + ((i + bytes) & 3));

/** Two words of each of two vectors: numbers 0 to 3 are of `a`, 4 to 7 of `b`. */
const words = (a: V128, b: V128, order: readonly number[]): V128 =>
  i8x16.shuffle(
    order.flatMap((word) => [0, 1, 2, 3].map((byte) => 4 * word + byte)),
    a,
    b,
  );

/** Rows become columns. */
function transposed(f: FunctionBuilder, rows: readonly V128[]): Lanes {
  const [a, b, c, d] = rows;
  const pairs = [
    f.let("v128", words(a, b, [0, 4, 1, 5])),
    f.let("v128", words(c, d, [0, 4, 1, 5])),
    f.let("v128", words(a, b, [2, 6, 3, 7])),
    f.let("v128", words(c, d, [2, 6, 3, 7])),
  ];
  return [
    f.let("v128", words(pairs[0], pairs[1], [0, 1, 4, 5])),
    f.let("v128", words(pairs[0], pairs[1], [2, 3, 6, 7])),
    f.let("v128", words(pairs[2], pairs[3], [0, 1, 4, 5])),
    f.let("v128", words(pairs[2], pairs[3], [2, 3, 6, 7])),
  ];
}

/** The words of four blocks, `stride` bytes apart. */
function loadBlocks(f: FunctionBuilder, address: I32, stride: number): Lanes {
  return [0, 16, 32, 48].flatMap((offset) =>
    transposed(
      f,
      [0, 1, 2, 3].map((block) => f.let("v128", v128.load(address, block * stride + offset))),
    ),
  );
}

/** Writes four chaining values, one behind the other. */
function storeValues(f: FunctionBuilder, address: I32, value: readonly V128[]): void {
  for (const [half, offset] of [0, 16].entries()) {
    const rows = transposed(f, value.slice(4 * half, 4 * half + 4));
    for (const [i, row] of rows.entries()) f.emit(v128.store(address, 32 * i + offset, row));
  }
}

/** Four compressions: the next chaining values. */
function compress(
  f: FunctionBuilder,
  chaining: readonly V128[],
  block: Lanes,
  counter: V128,
  flags: I32,
): V128[] {
  const tail = [counter, v128.const(0), i32x4.splat(i32.const(BLOCK_BYTES)), i32x4.splat(flags)];
  const state = [...chaining, ...INITIAL.slice(0, 4).map(splat), ...tail].map((word) => f.let("v128", word));
  const rotated = (value: Local<"v128">, bits: number): V128 =>
    bits % 8 === 0
      ? i8x16.shuffle(byteRotation(bits / 8), value, value)
      : v128.or(i32x4.shr_u(value, i32.const(bits)), i32x4.shl(value, i32.const(32 - bits)));
  const xorRotate = (a: V128, b: V128, bits: number): Local<"v128"> =>
    f.let("v128", rotated(f.let("v128", v128.xor(a, b)), bits));
  for (const order of SCHEDULE) {
    for (const [i, [a, b, c, d]] of STEPS.entries()) {
      for (const [word, [first, second]] of [
        [order[2 * i], [16, 12]],
        [order[2 * i + 1], [8, 7]],
      ] as const) {
        state[a] = f.let("v128", i32x4.add(i32x4.add(state[a], state[b]), block[word]));
        state[d] = xorRotate(state[d], state[a], first);
        state[c] = f.let("v128", i32x4.add(state[c], state[d]));
        state[b] = xorRotate(state[b], state[c], second);
      }
    }
  }
  return state.slice(0, 8).map((word, i) => v128.xor(word, state[i + 8]));
}

const splat = (word: number): V128 => i32x4.splat(i32.const(word | 0));

/** chunks(input, counter, out): the chaining values of four whole chunks, the first of which has the given number. */
function chunks(f: FunctionBuilder): void {
  const [input, counter, out] = f.params("i32");
  const [at, flags] = f.locals("i32");
  const chaining = Array.from({ length: 8 }, () => f.local("v128"));
  const counters = f.local("v128");
  f.set(counters, i32x4.add(i32x4.splat(counter), v128.load(i32.const(LANES_ADDRESS))));
  for (const [i, word] of chaining.entries()) f.set(word, splat(INITIAL[i]));
  f.set(at, 0);
  f.doWhile(i32.lt_u(at, CHUNK_BYTES), () => {
    const last = i32.eq(at, CHUNK_BYTES - BLOCK_BYTES);
    f.set(flags, i32.or(i32.eqz(at), i32.shl(last, 1)));
    const next = compress(f, chaining, loadBlocks(f, i32.add(input, at), CHUNK_BYTES), counters, flags);
    for (const [i, word] of next.entries()) f.set(chaining[i], word);
    f.increment(at, BLOCK_BYTES);
  });
  f.once(() => storeValues(f, out, chaining));
}

/** parents(input, out): the chaining values of four parents of two chaining values each. */
function parents(f: FunctionBuilder): void {
  const [input, out] = f.params("i32");
  f.once(() => {
    const block = loadBlocks(f, input, BLOCK_BYTES);
    const value = compress(f, INITIAL.map(splat), block, v128.const(0), i32.const(FLAGS.parent));
    storeValues(
      f,
      out,
      value.map((word) => f.let("v128", word)),
    );
  });
}

/** Writes the module, which imports `env.memory` of one page and, like all, `env.tables`. */
export function generateBlake3(): Uint8Array<ArrayBuffer> {
  const functions = { chunks, parents };
  const conventions = { fused: false, paired: false, names: Object.keys(functions) };
  const finished = Object.entries(functions).map(([name, write]) => {
    const f = new FunctionBuilder(name, conventions);
    write(f);
    return f.finish();
  });
  return encodeModule({ initial: 1, maximum: 1, shared: false }, finished);
}
