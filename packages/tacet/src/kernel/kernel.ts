import type { KernelExports } from "./exports.ts";
import { geometryOf } from "./geometry.ts";
import {
  castRowsAtOnce,
  type KernelLayout,
  type KernelParameters,
  type KeySwitchShape,
  keySwitchRows,
  lanePairs,
  layoutOf,
  usualKeySwitch,
} from "./layout.ts";
import type { KernelFlavour, KernelModule } from "./variant.ts";

/**
 * The typed face of the WebAssembly kernel: one instance for each thread.
 *
 * Every address is a byte address in the instance's memory, unsigned, below 4 GiB. Sizes are those of
 * `kernel.layout`. Nothing is checked here beyond what WebAssembly checks: callers own the memory map.
 * LWE ciphertexts hold their mask first and their body last, and decrypt as body − Σ mask·key.
 * `scratch` is an area of `layout.scratch(batch)` bytes that no other thread uses during the call.
 */
export class Kernel {
  readonly memory: WebAssembly.Memory;
  readonly parameters: KernelParameters;
  readonly layout: KernelLayout;
  readonly flavour: KernelFlavour;
  /** Whether halves are computed side by side, which Fourier keys have to fit (`KernelVariant`). */
  readonly paired: boolean;
  readonly #module: KernelModule;
  readonly #exports: KernelExports;

  /** Sizes for a parameter set, known before any memory exists. */
  static layout(parameters: KernelParameters): KernelLayout {
    return layoutOf(parameters);
  }

  /**
   * Instantiates a module on a memory. The tables take `layout.tables` bytes at `tablesAddress`; `writeTables` writes
   * them, once for all instances and before any of them computes.
   */
  constructor(
    kernelModule: KernelModule,
    memory: WebAssembly.Memory,
    tablesAddress: number,
    parameters: KernelParameters,
  ) {
    this.memory = memory;
    this.parameters = parameters;
    this.layout = layoutOf(parameters);
    this.flavour = kernelModule.flavour;
    this.paired = kernelModule.paired;
    this.#module = kernelModule;
    const instance = new WebAssembly.Instance(kernelModule.module, {
      env: { memory, tables: tablesAddress | 0 },
    });
    this.#exports = instance.exports as unknown as KernelExports;
  }

  /** A kernel on the same memory for other parameters with the same N. It has tables of its own. */
  sibling(tablesAddress: number, parameters: KernelParameters): Kernel {
    return new Kernel(this.#module, this.memory, tablesAddress, parameters);
  }

  /**
   * Expands a 16-byte AES-128 key into `layout.roundKeys` bytes: first the 176 bytes of the round keys (FIPS 197,
   * section 5.2), then what `aesCtr` makes of them and needs to work. The time does not depend on the key.
   */
  aesExpandKey(key: number, roundKeys: number): void {
    this.#exports.aesExpandKey(key, roundKeys);
  }

  /**
   * Writes `blocks` blocks of 16 bytes: block i is AES-128 of the little-endian 128-bit counter `counter` + i,
   * which is how TFHE-rs's tfhe-csprng expands a seed. The time depends on neither key nor counter. It is least
   * where counter and `blocks` are multiples of 64. Round keys are used by one call at a time.
   */
  aesCtr(roundKeys: number, counter: bigint, out: number, blocks: number): void {
    const low = BigInt.asUintN(64, counter);
    this.#exports.aesCtr(roundKeys, low, BigInt.asUintN(64, counter >> 64n), out, blocks);
  }

  /** Prepares the k binary polynomials of a GLWE key, given as k·N bytes of 0 or 1, for `binaryProduct`. */
  prepareBinaryKey(bits: number, prepared: number): void {
    const { glweDimension, polynomialSize } = this.parameters;
    const { transform } = geometryOf(polynomialSize);
    for (let i = 0; i < glweDimension; i++) {
      this.#exports.prepareBinaryKey(bits + i * polynomialSize, prepared + i * transform);
    }
  }

  /**
   * Adds Σ A_i·S_i mod (X^N + 1, 2^64) to the polynomial at `out`, exactly: A_1..A_k are k·N u64
   * coefficients at `masks`, S_i the prepared binary key.
   */
  binaryProduct(masks: number, prepared: number, out: number, scratch: number): void {
    const { glweDimension, polynomialSize } = this.parameters;
    const { transform } = geometryOf(polynomialSize);
    for (let i = 0; i < glweDimension; i++) {
      this.#exports.binaryProduct(masks + 8 * i * polynomialSize, prepared + i * transform, out, scratch);
    }
  }

  /**
   * Writes the balanced signed digits of the closest representable elements of `count` u64 elements, as i32: `level` for
   * each element, the least significant first. Half of the torus is positive. Base log times level is at most 62.
   */
  decomposeRounded(source: number, count: number, baseLog: number, level: number, digits: number): void {
    this.#exports.decomposeRounded(source, count, baseLog, level, digits);
  }

  /** Prepares the negative of a polynomial of N i32 digits, `stride` bytes apart, for `addProducts`. */
  prepareDigits(digits: number, stride: number, spectrum: number): void {
    this.#exports.prepareDigits(digits, stride, spectrum);
  }

  /** Prepares polynomials of N u64 coefficients, one behind the other, for `addProducts`; N is at most 8192. */
  prepareLimbs(polynomials: number, count: number, spectra: number): void {
    this.#exports.prepareLimbs(polynomials, count, spectra);
  }

  /**
   * Adds the products of prepared digits and the limbs of some polynomials to sums, each of which begins with
   * `layout.spectrum` zero bytes.
   */
  addProducts(sums: number, digits: number, limbs: number, count: number): void {
    this.#exports.addProducts(sums, digits, limbs, count);
  }

  /**
   * Adds sums of products mod (X^N + 1, 2^64) to the polynomials at `out`, exactly if they are no more than
   * `productsPerRounding` each. Nothing is left of the sums.
   */
  addRounded(sums: number, count: number, out: number): void {
    this.#exports.addRounded(sums, count, out);
  }

  /**
   * out[r] = Σ_j mask[r][j]·bits[j] mod 2^64 for `rows` rows of `dimension` u64 elements; `bits` holds
   * `dimension` bytes of 0 or 1, `out` u64 elements.
   */
  lweDot(masks: number, rows: number, dimension: number, bits: number, out: number, scratch: number): void {
    this.#exports.lweDot(masks, rows, dimension, bits, out, scratch);
  }

  /**
   * Transforms one GGSW ciphertext: u64 polynomials in the order level → row (mask rows first, body row last) →
   * k + 1 polynomials (mask first, body last). Levels come as TFHE-rs stores them: the last level, of weight
   * 2^64 / base^level, first; level 1, of weight 2^64 / base, last.
   */
  toFourier(ggsw: number, fourierGgsw: number, scratch: number): void {
    const { glweDimension: k, polynomialSize: N, pbsLevel } = this.parameters;
    const { transform, quarterOfBlock } = geometryOf(N);
    const pairs = lanePairs(this.parameters);
    const stride = pbsLevel * pairs ** 2 * quarterOfBlock;
    const zeros = scratch + transform;
    new Uint8Array(this.memory.buffer, zeros, 8 * N).fill(0);
    let place = fourierGgsw;
    for (let level = 0; level < pbsLevel; level++) {
      const polynomial = (row: number, column: number): number =>
        row > k || column > k ? zeros : ggsw + 8 * N * ((level * (k + 1) + row) * (k + 1) + column);
      for (let row = 0; row < 2 * pairs; row += 2) {
        for (let column = 0; column < 2 * pairs; column += 2) {
          const [diagonal, other] = [polynomial(row, column), polynomial(row + 1, column)];
          this.#exports.transformKeyHalf(diagonal, polynomial(row + 1, column + 1), place, stride, scratch);
          this.#exports.transformKeyHalf(other, polynomial(row, column + 1), place + 64, stride, scratch);
          place += quarterOfBlock;
        }
      }
    }
  }

  /**
   * Rounds `rows` consecutive rows of a key-switching key (n + 1 u64 each) to 32 bits and writes them at their
   * place in the kernel's layout. Rows are numbered as TFHE-rs stores them: row i·level + l, counted from 0,
   * belongs to element i of the key that is switched from and weighs 2^64 / base^(level - l), the least significant
   * level first. That key is the big one unless `shape` says otherwise.
   */
  roundKeySwitchKey(
    source: number,
    firstRow: number,
    rows: number,
    keySwitchKey: number,
    shape: KeySwitchShape = usualKeySwitch(this.parameters),
  ): void {
    const total = keySwitchRows(shape);
    this.#exports.roundKeySwitchKey(
      source,
      firstRow,
      rows,
      this.parameters.lweDimension + 1,
      total,
      keySwitchKey,
    );
  }

  /**
   * out = Σ c_t·ct_t + constant, on `lweSize` u64 elements (the constant is added to the last). `terms` holds
   * `count` pairs of 32 bits: the address of a ciphertext, and a signed coefficient. `out` may be one of the terms.
   */
  linearCombination(out: number, terms: number, count: number, constant: bigint, lweSize: number): void {
    this.#exports.linearCombination(out, terms, count, BigInt.asIntN(64, constant), lweSize);
  }

  /**
   * Switches `count` ciphertexts (consecutive at `input`) to the small key: `count` ciphertexts of `layout.smallLwe`
   * bytes at `output`. The key is read once for the whole batch. Inputs are under the big key unless `shape` says
   * otherwise, in which case `scratch` is one of `layout.castScratch(count, shape)` bytes.
   */
  keySwitch(
    count: number,
    input: number,
    keySwitchKey: number,
    output: number,
    scratch: number,
    shape: KeySwitchShape = usualKeySwitch(this.parameters),
  ): void {
    this.#exports.keySwitch(
      count,
      input,
      shape.inputDimension,
      keySwitchKey,
      output,
      this.parameters.lweDimension,
      shape.baseLog,
      shape.level,
      scratch,
    );
  }

  /**
   * Switches ciphertexts at the given addresses to the big key, without any rounding but that of the gadget: as many of
   * `layout.bigLwe` bytes, consecutive at `output`. The key's rows are as numbered for `roundKeySwitchKey`, of k·N + 1
   * u64 elements each. It is read once for all, in small pieces: between them, at each `yield`, others may use the thread.
   *
   * @param scratch `layout.castScratch(inputs.length, shape)` bytes.
   */
  *castToBig(
    inputs: readonly number[],
    shape: KeySwitchShape,
    key: number,
    output: number,
    scratch: number,
  ): Generator<void, void, void> {
    const { inputDimension, baseLog, level } = shape;
    const { bigLwe } = this.layout;
    const rows = keySwitchRows(shape);
    const termsAddress = scratch + 4 * inputs.length * rows;
    new Uint8Array(this.memory.buffer, output, inputs.length * bigLwe).fill(0);
    for (const [i, input] of inputs.entries()) {
      this.#exports.decompose(input, inputDimension, baseLog, level, scratch + 4 * i * rows);
      new BigUint64Array(this.memory.buffer, output + (i + 1) * bigLwe - 8, 1).set(
        new BigUint64Array(this.memory.buffer, input + 8 * inputDimension, 1),
      );
    }
    for (let first = 0; first < rows; first += castRowsAtOnce) {
      const count = Math.min(castRowsAtOnce, rows - first);
      const terms = new Int32Array(this.memory.buffer, termsAddress, 2 * (1 + count));
      for (let i = 0; i < inputs.length; i++) {
        const digits = new Int32Array(this.memory.buffer, scratch + 4 * (i * rows + first), count);
        const out = output + i * bigLwe;
        terms.set([out, 1]);
        for (let j = 0; j < count; j++) {
          terms[2 + 2 * j] = key + (first + j) * bigLwe;
          terms[3 + 2 * j] = -digits[j]!;
        }
        this.linearCombination(out, termsAddress, 1 + count, 0n, bigLwe / 8);
      }
      yield;
    }
  }

  /**
   * Centred-mean modulus switch to 2N (Bernard et al., ePrint 2024/1718), in place: `count` small ciphertexts
   * become integers in [0, 2N). The body moves by half the sum of the mask's rounding errors, which centres the
   * error for a binary key, and down by half a step, so that a value sits in the middle of its box.
   */
  modulusSwitch(count: number, ciphertexts: number): void {
    const { lweDimension, polynomialSize } = this.parameters;
    for (let i = 0; i < count; i++) {
      const address = ciphertexts + i * this.layout.smallLwe;
      this.#exports.modulusSwitch(address, lweDimension, Math.log2(2 * polynomialSize));
    }
  }

  /**
   * Writes one accumulator: the trivial GLWE encryption of X^−b·table, where b is the body of a
   * modulus-switched ciphertext at `switched` and `table` is a polynomial of N u64 coefficients.
   */
  initializeAccumulator(table: number, switched: number, accumulator: number): void {
    const { lweDimension, glweDimension } = this.parameters;
    const [body] = new Uint32Array(this.memory.buffer, switched + 4 * lweDimension, 1);
    this.#exports.initializeAccumulator(table, body!, accumulator, glweDimension);
  }

  /**
   * Blind rotation (Chillotti et al., "TFHE: Fast Fully Homomorphic Encryption over the Torus", Algorithm 9) of
   * `count` accumulators, consecutive at `accumulators`, by the masks of `count` modulus-switched ciphertexts,
   * consecutive at `switched`: accumulator ← accumulator·X^(Σ a_i·s_i). The key is read once for the whole batch;
   * an accumulator's result does not depend on the batch it is in. There is a step for each element of the mask; those
   * from number `from` to before number `to`, where calls for the ones before have been made.
   */
  blindRotate(
    count: number,
    switched: number,
    accumulators: number,
    bootstrapKey: number,
    scratch: number,
    from = 0,
    to: number = this.parameters.lweDimension,
  ): void {
    const { pbsBaseLog, pbsLevel } = this.parameters;
    const { smallLwe, fourierGgsw } = this.layout;
    this.#exports.blindRotate(
      count,
      to - from,
      switched + 4 * from,
      smallLwe,
      accumulators,
      bootstrapKey + from * fourierGgsw,
      fourierGgsw,
      scratch,
      lanePairs(this.parameters),
      pbsLevel,
      pbsBaseLog,
    );
  }

  /**
   * target ← base + C ⊡ (plus − minus) on accumulators, the external product with the GGSW ciphertext C in the Fourier
   * layout (Chillotti et al., "TFHE: Fast Fully Homomorphic Encryption over the Torus", Definition 3.12); with `base` =
   * `minus`, the CMux of its section 3.4: what is in `plus` if C encrypts 1, what is in `minus` if it encrypts 0. The target
   * may be any of the others.
   */
  multiplex(
    base: number,
    plus: number,
    minus: number,
    fourierGgsw: number,
    target: number,
    scratch: number,
  ): void {
    const { pbsBaseLog, pbsLevel } = this.parameters;
    const pairs = lanePairs(this.parameters);
    this.#exports.multiplex(base, plus, minus, fourierGgsw, target, scratch, pairs, pbsLevel, pbsBaseLog);
  }

  /** Writes an accumulator from the k + 1 polynomials of a GLWE ciphertext, N u64 coefficients each, the body last. */
  loadAccumulator(glwe: number, accumulator: number): void {
    this.#exports.loadAccumulator(glwe, accumulator, this.parameters.glweDimension);
  }

  /** Writes the k + 1 polynomials of an accumulator. */
  storeAccumulator(accumulator: number, glwe: number): void {
    this.#exports.storeAccumulator(glwe, accumulator, this.parameters.glweDimension);
  }

  /** target += factor·X^rotation·source on accumulators, for a rotation from 0 to 2N − 1 and a factor of 32 bits. */
  addMonomial(source: number, rotation: number, factor: number, target: number): void {
    this.#exports.addMonomial(source, rotation, factor, target, lanePairs(this.parameters));
  }

  /** Writes the big LWE ciphertext of coefficient `index` (0 ≤ index < N) of an accumulator's message. */
  sampleExtract(accumulator: number, index: number, out: number): void {
    this.#exports.sampleExtract(accumulator, index, out, this.parameters.glweDimension);
  }
}
