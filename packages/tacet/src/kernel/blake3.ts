import {
  BLOCK_BYTES,
  CHUNK_BYTES,
  FLAGS,
  generateBlake3,
  INITIAL,
  LANES_ADDRESS,
  SCHEDULE,
  STEPS,
} from "./generator/blake3.ts";
import { compileModule } from "./load.ts";

/** Chunks that are hashed at a time, to one chaining value. */
const SLAB_CHUNKS = 16;
const SLAB_BYTES = SLAB_CHUNKS * CHUNK_BYTES;

/** Where the slab lies, and the chaining values of its chunks and of their parents, level by level. */
const SLAB_ADDRESS = 64;
const VALUES_ADDRESS = SLAB_ADDRESS + SLAB_BYTES;
const VALUE_BYTES = 32;
/** Where the chaining values of a pair lie, behind those of all levels, and that of their parent. */
const PAIR_ADDRESS = VALUES_ADDRESS + 2 * SLAB_CHUNKS * VALUE_BYTES;
const PARENT_ADDRESS = PAIR_ADDRESS + 8 * VALUE_BYTES;

interface Exports {
  chunks(input: number, counter: number, out: number): void;
  parents(input: number, out: number): void;
}

/** What has been hashed before a slab: the chaining values of complete subtrees, the largest first. */
type Stack = readonly Uint32Array[];

/** A compression that is still to be done, as it has another flag if it is the last of all. */
interface Node {
  readonly chaining: Uint32Array;
  readonly block: Uint32Array;
  readonly counter: number;
  readonly length: number;
  readonly flags: number;
}

/** The kernel's BLAKE3: some gigabyte a second. One hash at a time; those of inputs that begin alike cost little each. */
export class Blake3 {
  readonly #exports: Exports;
  readonly #memory: WebAssembly.Memory;
  #stack: Stack = [];
  #slabs = 0;
  /** Number of bytes of the slab that is being filled. */
  #filled = 0;

  private constructor(exports: Exports, memory: WebAssembly.Memory) {
    this.#exports = exports;
    this.#memory = memory;
  }

  /** Compiles it. @throws UnsupportedPlatformError where no WebAssembly can be compiled. */
  static async create(): Promise<Blake3> {
    const module = await compileModule(generateBlake3());
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    new Uint32Array(memory.buffer, LANES_ADDRESS, 4).set([0, 1, 2, 3]);
    const tables = new WebAssembly.Global({ value: "i32" }, 0);
    const instance = await WebAssembly.instantiate(module, { env: { memory, tables } });
    return new Blake3(instance.exports as unknown as Exports, memory);
  }

  /** Begins anew. */
  reset(): this {
    this.#stack = [];
    this.#slabs = 0;
    this.#filled = 0;
    return this;
  }

  update(bytes: Uint8Array): this {
    const slab = new Uint8Array(this.#memory.buffer, SLAB_ADDRESS, SLAB_BYTES);
    for (let at = 0; at < bytes.length; ) {
      // Only when more follows is it known that a slab is not the last.
      if (this.#filled === SLAB_BYTES) this.#takeSlab();
      const taken = bytes.subarray(at, at + SLAB_BYTES - this.#filled);
      slab.set(taken, this.#filled);
      this.#filled += taken.length;
      at += taken.length;
    }
    return this;
  }

  /** The hash, of 32 bytes, of all that has been given, and of a few more bytes, which are not added to it. */
  digest(more: Uint8Array = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
    const [stack, slabs, filled] = [this.#stack, this.#slabs, this.#filled];
    const slab = new Uint8Array(this.#memory.buffer, SLAB_ADDRESS, SLAB_BYTES);
    const before = more.length > SLAB_BYTES - filled ? slab.slice() : null;
    this.update(more);
    const hash = this.#finish();
    [this.#stack, this.#slabs, this.#filled] = [stack, slabs, filled];
    if (before !== null) slab.set(before);
    return hash;
  }

  #takeSlab(): void {
    const counter = this.#slabs * SLAB_CHUNKS;
    for (let i = 0; i < SLAB_CHUNKS; i += 4) this.#hashChunks(counter, i);
    let values = VALUES_ADDRESS;
    for (let count = SLAB_CHUNKS; count > 1; count /= 2) {
      const next = values + count * VALUE_BYTES;
      // Of the last levels, some of the four are of whatever lies behind.
      for (let i = 0; i < count / 2; i += 4) {
        this.#exports.parents(values + i * 2 * VALUE_BYTES, next + i * VALUE_BYTES);
      }
      values = next;
    }
    let value = new Uint32Array(this.#memory.buffer, values, 8).slice();
    const stack = [...this.#stack];
    // As many subtrees are complete as the number of slabs has zeros at its end.
    for (let slabs = ++this.#slabs; slabs % 2 === 0; slabs /= 2) {
      value = this.#parent(stack.pop()!, value);
    }
    this.#stack = [...stack, value];
    this.#filled = 0;
  }

  /** The chaining value of a parent that is not the root, which is one of four that are computed. */
  #parent(left: Uint32Array, right: Uint32Array): Uint32Array<ArrayBuffer> {
    const { buffer } = this.#memory;
    const pair = new Uint32Array(buffer, PAIR_ADDRESS, 16);
    pair.set(left);
    pair.set(right, 8);
    this.#exports.parents(PAIR_ADDRESS, PARENT_ADDRESS);
    return Uint32Array.from(new Uint32Array(buffer, PARENT_ADDRESS, 8));
  }

  /** Hashes four chunks of the slab. */
  #hashChunks(counter: number, first: number): void {
    const input = SLAB_ADDRESS + first * CHUNK_BYTES;
    this.#exports.chunks(input, counter + first, VALUES_ADDRESS + first * VALUE_BYTES);
  }

  /** The hash, the slab being the last. */
  #finish(): Uint8Array<ArrayBuffer> {
    const counter = this.#slabs * SLAB_CHUNKS;
    const count = Math.max(1, Math.ceil(this.#filled / CHUNK_BYTES));
    // All but the last, which may not be whole.
    for (let i = 0; i < count - 1; i += 4) this.#hashChunks(counter, i);
    const { buffer } = this.#memory;
    const last = this.#lastChunk(counter + count - 1, (count - 1) * CHUNK_BYTES);
    if (counter + count === 1) return rootOf(last);
    /** What is below the root, from left to right: all are complete subtrees but the last. */
    const subtrees = [...this.#stack];
    const chainingOf = (first: number, end: number): Uint32Array => {
      if (end === count && first === end - 1) return compressed(last);
      if (first === end - 1) return new Uint32Array(buffer, VALUES_ADDRESS + first * VALUE_BYTES, 8);
      const middle = first + largestPower(end - first);
      return this.#parent(chainingOf(first, middle), chainingOf(middle, end));
    };
    for (let first = 0; first < count; ) {
      const rest = count - first;
      const end = rest === 1 ? count : first + largestPower(rest);
      subtrees.push(chainingOf(first, end));
      first = end;
    }
    let right = subtrees.pop()!;
    while (subtrees.length > 1) right = this.#parent(subtrees.pop()!, right);
    return rootOf(parentOf(subtrees[0], right));
  }

  /** The last compression of the last chunk. */
  #lastChunk(counter: number, from: number): Node {
    const length = this.#filled - from;
    const bytes = new Uint8Array(Math.max(1, Math.ceil(length / BLOCK_BYTES)) * BLOCK_BYTES);
    bytes.set(new Uint8Array(this.#memory.buffer, SLAB_ADDRESS + from, length));
    const blocks = bytes.length / BLOCK_BYTES;
    let chaining = Uint32Array.from(INITIAL);
    for (let i = 0; ; i++) {
      const block = new Uint32Array(bytes.buffer, i * BLOCK_BYTES, 16);
      const start = i === 0 ? FLAGS.chunkStart : 0;
      if (i === blocks - 1) {
        const rest = length - i * BLOCK_BYTES;
        return { chaining, block, counter, length: rest, flags: start | FLAGS.chunkEnd };
      }
      chaining = compressed({ chaining, block, counter, length: BLOCK_BYTES, flags: start });
    }
  }
}

/** The largest power of two below a number, which is at least 2. */
function largestPower(count: number): number {
  return 2 ** (31 - Math.clz32(count - 1));
}

/** The hash that a last compression gives. */
function rootOf(node: Node): Uint8Array<ArrayBuffer> {
  return new Uint8Array(compressed({ ...node, flags: node.flags | FLAGS.root }).buffer);
}

function parentOf(left: Uint32Array, right: Uint32Array): Node {
  const block = new Uint32Array(16);
  block.set(left);
  block.set(right, 8);
  const chaining = Uint32Array.from(INITIAL);
  return { chaining, block, counter: 0, length: BLOCK_BYTES, flags: FLAGS.parent };
}

const rotateRight = (word: number, bits: number): number => (word >>> bits) | (word << (32 - bits));

/** One compression: the next chaining value. */
function compressed({ chaining, block, counter, length, flags }: Node): Uint32Array<ArrayBuffer> {
  const high = Math.floor(counter / 2 ** 32);
  const state = Uint32Array.of(...chaining, ...INITIAL.slice(0, 4), counter, high, length, flags);
  for (const order of SCHEDULE) {
    for (const [i, [a, b, c, d]] of STEPS.entries()) {
      state[a] += state[b] + block[order[2 * i]];
      state[d] = rotateRight(state[d] ^ state[a], 16);
      state[c] += state[d];
      state[b] = rotateRight(state[b] ^ state[c], 12);
      state[a] += state[b] + block[order[2 * i + 1]];
      state[d] = rotateRight(state[d] ^ state[a], 8);
      state[c] += state[d];
      state[b] = rotateRight(state[b] ^ state[c], 7);
    }
  }
  return Uint32Array.from({ length: 8 }, (_, i) => state[i] ^ state[i + 8]);
}
