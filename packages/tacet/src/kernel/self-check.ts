import type { Pace } from "../progress.ts";
import { time } from "../realm.ts";
import { Heap } from "./heap.ts";
import { Kernel } from "./kernel.ts";
import type { KernelParameters } from "./layout.ts";
import { writeTables } from "./tables.ts";

/** Something to compute as often as one likes, and to compare with the known answer at the end. */
interface Check {
  compute(): void;
  right(): Promise<boolean>;
}

/** Kernels of one module on a heap, and areas in it. */
class Bench {
  readonly pace: Pace;
  readonly #module: WebAssembly.Module;
  readonly #heap: Heap;
  readonly #shared: boolean;

  constructor(module: WebAssembly.Module, heap: Heap, shared: boolean, pace: Pace) {
    this.#module = module;
    this.#heap = heap;
    this.#shared = shared;
    this.pace = pace;
  }

  async kernel(parameters: KernelParameters): Promise<Kernel> {
    const { polynomialSize } = parameters;
    // Which flavour it is, and whether it is paired, makes no difference to what is called here.
    const variant = { polynomialSize, flavour: "plain", paired: false } as const;
    const module = { ...variant, module: this.#module, shared: this.#shared };
    const tables = this.allocate(Kernel.layout(parameters).tables);
    await writeTables(this.#heap.memory, tables, parameters, this.pace);
    return new Kernel(module, this.#heap.memory, tables, parameters);
  }

  /** An area of zeros: nothing is ever given back. */
  allocate(bytes: number): number {
    return this.#heap.allocate(bytes);
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.#heap.memory.buffer, address, length);
  }

  i32(address: number, length: number): Int32Array {
    return new Int32Array(this.#heap.memory.buffer, address, length);
  }

  u64(address: number, length: number): BigUint64Array {
    return new BigUint64Array(this.#heap.memory.buffer, address, length);
  }

  /** Allocates `length` u64 elements with all bits in use. */
  scrambled(length: number): number {
    const address = this.allocate(8 * length);
    const words = this.i32(address, 2 * length);
    for (let i = 0; i < words.length; i++) words[i] = scramble(i);
    return address;
  }
}

/** Word i of a fixed sequence of 32-bit words without visible order. */
function scramble(i: number): number {
  let x = Math.imul(i + 1, 0x9e3779b1);
  x = Math.imul(x ^ (x >>> 15), 0x85ebca6b);
  return x ^ (x >>> 13);
}

/** coefficient·X^exponent, the coefficient a torus element of 32 bits. */
type Monomial = readonly [coefficient: number, exponent: number];

/** p += factor·X^exponent·q mod X^N + 1, on torus elements of 32 bits; 0 ≤ exponent < 2N. */
function addRotated(p: Int32Array, q: Int32Array, factor: number, exponent: number): void {
  const N = p.length;
  for (let j = 0; j < N; j++) {
    const place = j + exponent;
    const term = Math.imul(q[j]!, place & N ? -factor : factor);
    p[place & (N - 1)]! += term;
  }
}

/**
 * What one step of blind rotation makes of the k + 1 polynomials of an accumulator whose elements are multiples of
 * the last digit's unit: accumulator + Σ digits of (X^rotation − 1)·accumulator, times the rows of the key.
 */
async function rotated(
  accumulator: readonly Int32Array<ArrayBuffer>[],
  key: readonly Monomial[],
  rotation: number,
  parameters: KernelParameters,
  pace: Pace,
): Promise<Int32Array<ArrayBuffer>[]> {
  const { pbsBaseLog, pbsLevel } = parameters;
  const result = accumulator.map((polynomial) => polynomial.slice());
  for (const [row, polynomial] of accumulator.entries()) {
    await pace.done(0);
    const rest = polynomial.map((x) => -x);
    addRotated(rest, polynomial, 1, rotation);
    for (let j = 0; j < rest.length; j++) rest[j]! >>= 32 - pbsBaseLog * pbsLevel;
    addRow(result, row, rest, key, parameters);
  }
  return result;
}

/** Adds the product of a polynomial, in units of the last digit, with its row of a key. */
function addRow(
  result: readonly Int32Array[],
  row: number,
  polynomial: Int32Array,
  key: readonly Monomial[],
  { pbsBaseLog, pbsLevel }: KernelParameters,
): void {
  const size = result.length;
  const rest = polynomial.slice();
  for (let level = 0; level < pbsLevel; level++) {
    const digits = rest.map((x) => (x << (32 - pbsBaseLog)) >> (32 - pbsBaseLog));
    for (let j = 0; j < rest.length; j++) rest[j] = (rest[j]! - digits[j]!) >> pbsBaseLog;
    for (let column = 0; column < size; column++) {
      const [coefficient, exponent] = key[(level * size + row) * size + column]!;
      addRotated(result[column]!, digits, coefficient, exponent);
    }
  }
}

/** Writes a matrix of monomials, in the upper halves of 64-bit elements. */
function placeMonomials(bench: Bench, { parameters }: Kernel, ggsw: number): Monomial[] {
  const { glweDimension: k, polynomialSize: N, pbsBaseLog, pbsLevel } = parameters;
  const unit = 1 << (32 - pbsBaseLog * pbsLevel);
  const monomials = Array.from(
    { length: pbsLevel * (k + 1) ** 2 },
    (_, i): Monomial => [Math.imul(scramble(2 * i) | 1, unit), scramble(2 * i + 1) & (N - 1)],
  );
  for (const [i, [coefficient, exponent]] of monomials.entries()) {
    bench.i32(ggsw + 8 * N * i, 2 * N)[2 * exponent + 1] = coefficient;
  }
  return monomials;
}

/**
 * A multiplexer with a matrix of monomials for a selector, and a multiple of what it gives added to something else. Half of the
 * elements lie halfway between two that digits represent.
 */
function multiplexer(bench: Bench, kernel: Kernel): Check {
  const { layout, parameters } = kernel;
  const { glweDimension: k, polynomialSize: N, pbsBaseLog, pbsLevel } = parameters;
  const unused = 32 - pbsBaseLog * pbsLevel;
  const bytes = (k + 1) * layout.torusPolynomial;
  const ggsw = bench.allocate(layout.ggsw);
  const key = bench.allocate(layout.fourierGgsw);
  const scratch = bench.allocate(layout.scratch(1));
  const monomials = placeMonomials(bench, kernel, ggsw);
  kernel.toFourier(ggsw, key, scratch);
  const operands = [0, 1, 2].map((operand) => {
    const glwe = bench.allocate(bytes);
    const upper = bench.i32(glwe, bytes / 4);
    for (let i = 1; i < upper.length; i += 2) upper[i] = scramble(i + operand * upper.length) << (unused - 1);
    return { glwe, accumulator: bench.allocate(layout.accumulator) };
  });
  const [product, sum] = [0, 1].map(() => {
    return { glwe: bench.allocate(bytes), accumulator: bench.allocate(layout.accumulator) };
  }) as [(typeof operands)[number], (typeof operands)[number]];
  const [base, plus, minus] = operands as [typeof product, typeof product, typeof product];
  const [rotation, factor] = [N + 5, -3];
  const upperOf = ({ glwe }: typeof product): Int32Array<ArrayBuffer>[] =>
    Array.from({ length: k + 1 }, (_, p) => {
      const words = bench.i32(glwe + p * layout.torusPolynomial, 2 * N);
      return Int32Array.from({ length: N }, (_, j) => words[2 * j + 1]!);
    });
  return {
    compute: () => {
      for (const { glwe, accumulator } of operands) kernel.loadAccumulator(glwe, accumulator);
      kernel.loadAccumulator(base.glwe, sum.accumulator);
      const [b, p, m] = [base.accumulator, plus.accumulator, minus.accumulator];
      kernel.multiplex(b, p, m, key, product.accumulator, scratch);
      kernel.addMonomial(product.accumulator, rotation, factor, sum.accumulator);
      for (const { glwe, accumulator } of [product, sum]) kernel.storeAccumulator(accumulator, glwe);
    },
    right: async () => {
      const [result, added, removed] = [base, plus, minus].map(upperOf);
      const half = 1 << (unused - 1);
      for (const [row, polynomial] of added!.entries()) {
        await bench.pace.done(0);
        const rest = polynomial.map((x, j) => {
          const difference = (x - removed![row]![j]!) | 0;
          return ((difference + half - (difference < 0 ? 1 : 0)) | 0) >> unused;
        });
        addRow(result!, row, rest, monomials, parameters);
      }
      const found = upperOf(product);
      const close = (x: number, y: number): boolean => Math.abs((x - y) | 0) < tolerance;
      if (!found.every((polynomial, p) => polynomial.every((x, j) => close(x, result![p]![j]!))))
        return false;
      for (let p = 0; p <= k; p++) {
        await bench.pace.done(0);
        const [terms, start, end] = [product, base, sum].map(({ glwe }) =>
          bench.u64(glwe + p * layout.torusPolynomial, N),
        );
        for (let j = 0; j < N; j++) {
          const from = j - rotation + 2 * N; // half a turn away from N on
          const term = BigInt(from < N ? factor : -factor) * terms![from % N]!;
          if (end![j] !== BigInt.asUintN(64, start![j]! + term)) return false;
        }
      }
      return true;
    },
  };
}

/**
 * Two steps of blind rotation with a matrix of monomials for a key. It encrypts nothing, but takes an accumulator
 * to one that plain shifts and additions find too, and has no zeros: after the first step, every product that the
 * kernel forms counts. All elements are multiples of the last digit's unit, so no rounding error changes a digit.
 */
function blindRotation(bench: Bench, kernel: Kernel): Check {
  const { layout, parameters } = kernel;
  const { glweDimension: k, polynomialSize: N, pbsBaseLog, pbsLevel } = parameters;
  const table = bench.allocate(layout.torusPolynomial);
  const ggsw = bench.allocate(layout.ggsw);
  const key = bench.allocate(layout.fourierGgsw);
  const switched = bench.allocate(layout.smallLwe);
  const next = bench.allocate(layout.smallLwe);
  const accumulator = bench.allocate(layout.accumulator);
  const scratch = bench.allocate(layout.scratch(1));
  const out = bench.allocate(layout.bigLwe);

  const unit = 1 << (32 - pbsBaseLog * pbsLevel);
  const monomials = placeMonomials(bench, kernel, ggsw);
  const values = Int32Array.from({ length: N }, (_, j) => Math.imul(scramble(j), unit));
  const upper = bench.i32(table, 2 * N);
  for (let j = 0; j < N; j++) upper[2 * j + 1] = values[j]!;
  kernel.toFourier(ggsw, key, scratch);
  // An odd power of X and an even one, the first from the start position X^−b.
  const [first, second, b] = [N + 77, (5 * N) / 8 + 6, 130];
  bench.i32(switched, 2).set([first, b]);
  bench.i32(next, 1).set([second]);

  const expected = async (): Promise<Int32Array<ArrayBuffer>[]> => {
    let polynomials = Array.from({ length: k + 1 }, () => new Int32Array(N));
    addRotated(polynomials[k]!, values, 1, 2 * N - b);
    for (const rotation of [first, second])
      polynomials = await rotated(polynomials, monomials, rotation, parameters, bench.pace);
    return polynomials;
  };
  return {
    compute: () => {
      kernel.initializeAccumulator(table, switched, accumulator);
      kernel.blindRotate(1, switched, accumulator, key, scratch);
      kernel.blindRotate(1, next, accumulator, key, scratch);
    },
    right: async () => {
      const polynomials = await expected();
      const close = (x: number, y: number): boolean => Math.abs((x - y) | 0) < tolerance;
      for (let segment = 0; segment < 8; segment++) {
        await bench.pace.done(0);
        const index = segment * (N / 8 + 3);
        kernel.sampleExtract(accumulator, index, out);
        const found = bench.i32(out, 2 * (k * N + 1));
        for (let i = 0; i < k; i++) {
          const polynomial = polynomials[i]!;
          for (let j = 0; j < N; j++) {
            const value = j > index ? -polynomial[N + index - j]! : polynomial[index - j]!;
            if (!close(found[2 * (i * N + j) + 1]!, value)) return false;
          }
        }
        if (!close(found[2 * k * N + 1]!, polynomials[k]![index]!)) return false;
      }
      return true;
    },
  };
}

/** In units of 2^-32: far below the unit of the last digit, far above the errors of the transforms. */
const tolerance = 16;

/** (1 + X^3)·p for a polynomial with all 64 bits in use: exact. */
function exactProduct(bench: Bench, kernel: Kernel): Check {
  const N = kernel.parameters.polynomialSize;
  const bits = bench.allocate(N);
  const prepared = bench.allocate(kernel.layout.preparedBinaryKey);
  const polynomial = bench.scrambled(N);
  const out = bench.allocate(8 * N);
  const scratch = bench.allocate(kernel.layout.scratch(1));
  bench.bytes(bits, 4).set([1, 0, 0, 1]);
  return {
    compute: () => {
      kernel.prepareBinaryKey(bits, prepared);
      bench.u64(out, N).fill(0n);
      kernel.binaryProduct(polynomial, prepared, out, scratch);
    },
    right: async () => {
      const values = bench.u64(polynomial, N);
      return bench.u64(out, N).every((value, j) => {
        const turned = j < 3 ? -values[j - 3 + N]! : values[j - 3]!;
        return value === BigInt.asUintN(64, values[j]! + turned);
      });
    },
  };
}

/** The u64 elements at an address, rounded to 32 bits. */
function roundedAt(bench: Bench, address: number, length: number): Int32Array {
  const words = bench.i32(address, 2 * length);
  return Int32Array.from({ length }, (_, i) => words[2 * i + 1]! + (words[2 * i]! >>> 31));
}

/**
 * A key switch of three ciphertexts, two of which are taken together: minus the sum of digits times rows. The
 * elements are made of digits, so that these need not be found.
 */
function keySwitch(bench: Bench, kernel: Kernel): Check {
  const { layout, parameters } = kernel;
  const { lweDimension, glweDimension, polynomialSize, ksBaseLog, ksLevel } = parameters;
  const dimension = glweDimension * polynomialSize;
  const size = lweDimension + 1;
  const count = 3;
  const source = bench.scrambled(dimension * ksLevel * size);
  const key = bench.allocate(layout.keySwitchKey);
  const input = bench.scrambled(count * (dimension + 1));
  const output = bench.allocate(count * layout.smallLwe);
  const scratch = bench.allocate(layout.scratch(count));
  kernel.roundKeySwitchKey(source, 0, dimension * ksLevel, key);

  // Digits of less than half the base, as no element has them in two ways.
  const digit = (member: number, element: number, level: number): number =>
    (scramble((member * dimension + element) * ksLevel + level) & ((1 << ksBaseLog) - 1) || 1) -
    (1 << (ksBaseLog - 1));
  for (let member = 0; member < count; member++) {
    const ciphertext = bench.i32(input + member * layout.bigLwe, 2 * dimension);
    for (let element = 0; element < dimension; element++) {
      // What was there, without the upper bits, is rounded off.
      let value = ciphertext[2 * element + 1]! >> (ksBaseLog * ksLevel + 1);
      for (let level = 0; level < ksLevel; level++) {
        value += digit(member, element, level) << (32 - ksBaseLog * (ksLevel - level));
      }
      ciphertext[2 * element + 1] = value;
    }
  }

  const expected = (member: number, rows: Int32Array): Int32Array => {
    const sum = new Int32Array(size);
    sum[lweDimension] = roundedAt(bench, input + member * layout.bigLwe, dimension + 1)[dimension]!;
    for (let row = 0; row < dimension * ksLevel; row++) {
      const factor = digit(member, Math.floor(row / ksLevel), row % ksLevel);
      for (let j = 0; j < size; j++) sum[j]! -= Math.imul(factor, rows[row * size + j]!);
    }
    return sum;
  };
  return {
    compute: () => kernel.keySwitch(count, input, key, output, scratch),
    right: async () => {
      const found = (member: number): Int32Array => bench.i32(output + member * layout.smallLwe, size);
      const rows = roundedAt(bench, source, dimension * ksLevel * size);
      for (let member = 0; member < count; member++) {
        if (!equal(found(member), expected(member, rows))) return false;
      }
      const switched = modulusSwitched(found(0), Math.log2(2 * polynomialSize));
      kernel.modulusSwitch(1, output);
      return equal(found(0), switched);
    },
  };
}

const equal = (a: Int32Array, b: Int32Array): boolean => a.every((x, i) => x === b[i]);

/** A ciphertext after the modulus switch to `log` bits. */
function modulusSwitched(ciphertext: Int32Array, log: number): Int32Array {
  const shift = 32 - log;
  const last = ciphertext.length - 1;
  const result = ciphertext.map((x) => (x + (1 << (shift - 1))) >>> shift);
  let errors = 0;
  for (let j = 0; j < last; j++) errors += ((result[j]! << shift) - ciphertext[j]!) | 0;
  result[last] = (ciphertext[last]! + Math.floor(errors / 2)) >>> shift;
  return result;
}

/** Inner products with a key of which every third bit is 1. */
function innerProducts(bench: Bench, kernel: Kernel): Check {
  const [rows, dimension] = [2, 1023];
  const masks = bench.scrambled(rows * dimension);
  const bits = bench.allocate(dimension);
  const out = bench.allocate(8 * rows);
  const scratch = bench.allocate(8 * dimension);
  bench.bytes(bits, dimension).forEach((_, j, all) => void (all[j] = Number(j % 3 === 0)));
  return {
    compute: () => kernel.lweDot(masks, rows, dimension, bits, out, scratch),
    right: async () =>
      bench.u64(out, rows).every((sum, row) => {
        const mask = bench.u64(masks + 8 * row * dimension, dimension);
        return (
          sum ===
          BigInt.asUintN(
            64,
            mask.reduce((s, x, j) => (j % 3 === 0 ? s + x : s), 0n),
          )
        );
      }),
  };
}

/**
 * AES-128 of 100 counters, the first of which is the plaintext of FIPS 197, appendix C.1. That gives the first block;
 * the others (as OpenSSL computes them) are known by a hash.
 */
function aes(bench: Bench, kernel: Kernel): Check {
  const blocks = 100;
  const key = bench.allocate(16);
  const roundKeys = bench.allocate(kernel.layout.roundKeys);
  const out = bench.allocate(16 * blocks);
  bench.bytes(key, 16).forEach((_, i, all) => void (all[i] = i));
  return {
    compute: () => {
      kernel.aesExpandKey(key, roundKeys);
      kernel.aesCtr(roundKeys, 0xffeeddccbbaa99887766554433221100n, out, blocks);
    },
    right: async () => {
      const [low, high] = bench.u64(out, 2);
      const hash = bench.i32(out, 4 * blocks).reduce((h, word) => Math.imul(h ^ word, 0x01000193), 0);
      return low === 0x30047b6ad8e0c469n && high === 0x5ac5b47080b7cdd8n && hash === -2146525259;
    },
  };
}

/**
 * Checks a freshly compiled module against known answers: blind rotation as most parameter sets have it (k = 1, one
 * level) and by the general way (here k = 2, two levels), multiplexers likewise, the exact product, the key switch and the modulus switch,
 * inner products, and AES. Everything that the module computes with vectors takes part, on data without zeros.
 *
 * The computations share `warmUpMilliseconds` evenly, each being repeated: an engine compiles a second time what runs
 * often, and the answers of that code are the ones to check.
 */
export async function answersRight(
  module: WebAssembly.Module,
  polynomialSize: number,
  shared: boolean,
  warmUpMilliseconds: number,
  pace: Pace,
): Promise<boolean> {
  const heap = new Heap({ shared });
  try {
    return await allRight(new Bench(module, heap, shared, pace), polynomialSize, warmUpMilliseconds);
  } finally {
    await heap.release();
  }
}

async function allRight(bench: Bench, polynomialSize: number, warmUpMilliseconds: number): Promise<boolean> {
  const { pace } = bench;
  const common = { lweDimension: 1, polynomialSize, ksBaseLog: 4, ksLevel: 3 };
  const simple = await bench.kernel({ ...common, glweDimension: 1, pbsBaseLog: 23, pbsLevel: 1 });
  const general = await bench.kernel({ ...common, glweDimension: 2, pbsBaseLog: 11, pbsLevel: 2 });
  // What works on LWE ciphertexts is the same for every polynomial size.
  const small = await bench.kernel({ ...simple.parameters, lweDimension: 20, polynomialSize: 256 });
  const preparations = [
    () => blindRotation(bench, simple),
    () => blindRotation(bench, general),
    () => multiplexer(bench, simple),
    () => multiplexer(bench, general),
    () => exactProduct(bench, simple),
    () => keySwitch(bench, small),
    () => innerProducts(bench, small),
    () => aes(bench, simple),
  ];
  const checks: Check[] = [];
  for (const prepare of preparations) {
    checks.push(prepare());
    await pace.done(0);
  }
  const used = checks.map(() => 0);
  do {
    const next = used.indexOf(Math.min(...used));
    const start = time();
    checks[next]!.compute();
    // A clock may be too coarse to see how long one computation takes.
    used[next]! += Math.max(time() - start, 0.001);
    await pace.done(0);
  } while (used.includes(0) || used.reduce((a, b) => a + b) < warmUpMilliseconds);
  for (const check of checks) {
    if (!(await check.right())) return false;
    await pace.done(0);
  }
  return true;
}
