import type { Heap } from "../src/kernel/heap.ts";
import type { Kernel } from "../src/kernel/kernel.ts";
import { openKernel } from "../src/kernel/open.ts";
import type { CompactParameterSet } from "../src/parameters/compact-sets.ts";
import { bigLweDimension, blockCapacity, type ParameterSet } from "../src/parameters/parameter-set.ts";
import { sampleBinary } from "../src/random/samplers.ts";
import { Bootstrapper, type LookupForm } from "../src/scheme/bootstrap.ts";
import { outputCoefficient, writeLookupPolynomial } from "../src/scheme/lookup-table.ts";
import { decode, encode } from "../src/scheme/lwe/encoding.ts";
import { decryptLwe, encryptLwe } from "../src/scheme/lwe/lwe.ts";
import {
  type CompactSecretKey,
  generateSecretKey,
  type SecretKey,
} from "../src/scheme/secret-key/secret-key.ts";
import { type EvaluationKey, loadEvaluationKey } from "../src/scheme/server-key/evaluation-key.ts";
import { generateServerKey } from "../src/scheme/server-key/server-key.ts";

const BATCH = 8;

/** The scheme by itself on one thread, secret and evaluation key side by side: for tests and benchmarks. */
export class Laboratory {
  readonly secret: SecretKey;
  readonly compact: CompactSecretKey | null;
  readonly parameters: ParameterSet;
  readonly capacity: number;
  readonly heap: Heap;
  readonly kernel: Kernel;
  readonly key: EvaluationKey;
  readonly #bootstrapper: Bootstrapper;
  readonly #table: number;
  readonly #slots: number;
  readonly #slotBytes: number;
  readonly #terms: number;
  readonly #small: number;
  readonly #accumulators: number;
  readonly #scratch: number;

  static async create(
    parameters: ParameterSet,
    deterministic = false,
    compactSet: CompactParameterSet | null = null,
  ): Promise<Laboratory> {
    const secret = generateSecretKey(parameters);
    const compact = compactSet && { parameters: compactSet, key: new Uint8Array(compactSet.lweDimension) };
    if (compact) sampleBinary(compact.key);
    const serverKey = await generateServerKey({ ...secret, compact });
    const { heap, kernel } = await openKernel(parameters, { deterministic, shared: false });
    return new Laboratory(secret, compact, heap, kernel, await loadEvaluationKey(serverKey, heap, kernel));
  }

  private constructor(
    secret: SecretKey,
    compact: CompactSecretKey | null,
    heap: Heap,
    kernel: Kernel,
    key: EvaluationKey,
  ) {
    const { layout } = kernel;
    this.secret = secret;
    this.compact = compact;
    this.parameters = secret.parameters;
    this.capacity = blockCapacity(secret.parameters);
    this.heap = heap;
    this.kernel = kernel;
    this.key = key;
    const area = heap.allocate(Bootstrapper.areaBytes(layout, key, BATCH));
    this.#bootstrapper = new Bootstrapper(kernel, key, area, BATCH);
    this.#table = heap.allocate(layout.torusPolynomial);
    this.#slotBytes = Math.max(layout.bigLwe, layout.smallLwe, 8 * ((compact?.key.length ?? 0) + 1));
    this.#slots = heap.allocate(2 * BATCH * this.capacity * this.#slotBytes);
    this.#terms = heap.allocate(BATCH * 8);
    this.#small = heap.allocate(BATCH * layout.smallLwe);
    this.#accumulators = heap.allocate(BATCH * layout.accumulator);
    const { casting } = key;
    const castScratch = casting ? layout.castScratch(BATCH, casting) : 0;
    this.#scratch = heap.allocate(Math.max(layout.scratch(BATCH), castScratch));
  }

  /** A fresh ciphertext of a block under the big key. */
  encrypt(value: number): BigUint64Array {
    const out = new BigUint64Array(bigLweDimension(this.parameters) + 1);
    encryptLwe(encode(value, this.parameters), this.secret.glwe, this.parameters.glweNoise, out);
    return out;
  }

  /** A fresh ciphertext of a block under the compact key. */
  encryptCompact(value: number): BigUint64Array {
    const { key, parameters } = this.compact!;
    const out = new BigUint64Array(key.length + 1);
    encryptLwe(encode(value, this.parameters), key, parameters.noise, out);
    return out;
  }

  decrypt(ciphertext: BigUint64Array): number {
    return decode(decryptLwe(ciphertext, this.secret.glwe), this.parameters);
  }

  /** The difference between a ciphertext's phase and the encoding of a value, as a fraction of the torus. */
  noise(ciphertext: BigUint64Array, value: number): number {
    const phase = decryptLwe(ciphertext, this.secret.glwe);
    return Number(BigInt.asIntN(64, phase - encode(value, this.parameters))) / 2 ** 64;
  }

  /**
   * Looks up to eight ciphertexts of values below `range` up in tables: for each, the outputs of all tables.
   *
   * @param forms what each of the inputs is; big ciphertexts, if left out.
   */
  lookup(
    inputs: readonly (BigUint64Array | Uint32Array)[],
    tables: readonly (readonly number[])[],
    range: number,
    forms: readonly LookupForm[] = inputs.map(() => "big"),
  ): BigUint64Array[][] {
    const { heap, kernel, parameters } = this;
    const { bigLwe, torusPolynomial } = kernel.layout;
    const slot = (index: number): number => this.#slots + index * this.#slotBytes;
    const view = (index: number): BigUint64Array =>
      new BigUint64Array(heap.memory.buffer, slot(index), bigLwe / 8);
    const polynomial = new BigUint64Array(heap.memory.buffer, this.#table, torusPolynomial / 8);
    writeLookupPolynomial(tables, range, parameters, polynomial);
    const lookups = inputs.map((input, i) => {
      const bytes = new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
      new Uint8Array(heap.memory.buffer, slot(i), bytes.length).set(bytes);
      const terms = this.#terms + 8 * i;
      new Int32Array(heap.memory.buffer, terms, 2).set([slot(i), 1]);
      const outputs = tables.map((_, t) => ({
        coefficient: outputCoefficient(t, range, parameters),
        address: slot(BATCH + i * tables.length + t),
        offset: 0n,
      }));
      return { form: forms[i], terms, termCount: 1, constant: 0n, table: this.#table, outputs };
    });
    for (const _ of this.#bootstrapper.run(lookups));
    return inputs.map((_, i) => tables.map((_, t) => view(BATCH + i * tables.length + t).slice()));
  }

  /** Switches ciphertexts to the small key, and to the modulus 2N. */
  keySwitch(
    inputs: readonly BigUint64Array[],
    options: { modulusSwitch: boolean } = { modulusSwitch: true },
  ): Uint32Array[] {
    const { heap, kernel } = this;
    const { bigLwe, smallLwe } = kernel.layout;
    for (const [i, input] of inputs.entries()) {
      new BigUint64Array(heap.memory.buffer, this.#slots + i * bigLwe, bigLwe / 8).set(input);
    }
    kernel.keySwitch(inputs.length, this.#slots, this.key.keySwitchKey, this.#small, this.#scratch);
    if (options.modulusSwitch) kernel.modulusSwitch(inputs.length, this.#small);
    return inputs.map((_, i) =>
      new Uint32Array(
        heap.memory.buffer,
        this.#small + i * smallLwe,
        this.parameters.lweDimension + 1,
      ).slice(),
    );
  }

  /** A compact ciphertext under the key that it is cast to: 32-bit elements, or those of 64 bits of the big key. */
  cast(input: BigUint64Array): Uint32Array | BigUint64Array {
    const { heap, kernel } = this;
    const casting = this.key.casting!;
    new BigUint64Array(heap.memory.buffer, this.#slots, input.length).set(input);
    if (casting.destination === "small") {
      kernel.keySwitch(1, this.#slots, casting.address, this.#small, this.#scratch, casting);
      return new Uint32Array(heap.memory.buffer, this.#small, this.parameters.lweDimension + 1).slice();
    }
    const out = this.#slots + this.#slotBytes;
    for (const _ of kernel.castToBig([this.#slots], casting, casting.address, out, this.#scratch));
    return new BigUint64Array(heap.memory.buffer, out, kernel.layout.bigLwe / 8).slice();
  }

  /**
   * Looks ciphertexts up that `keySwitch` gave without a modulus switch, in the first of the tables that `lookup` last
   * wrote: modulus switch, blind rotation and sample extraction.
   */
  bootstrap(inputs: readonly Uint32Array[]): BigUint64Array[] {
    const { heap, kernel } = this;
    const { bigLwe, smallLwe, accumulator } = kernel.layout;
    for (const [i, input] of inputs.entries()) {
      new Uint32Array(heap.memory.buffer, this.#small + i * smallLwe, input.length).set(input);
    }
    kernel.modulusSwitch(inputs.length, this.#small);
    for (let i = 0; i < inputs.length; i++) {
      const switched = this.#small + i * smallLwe;
      kernel.initializeAccumulator(this.#table, switched, this.#accumulators + i * accumulator);
    }
    kernel.blindRotate(inputs.length, this.#small, this.#accumulators, this.key.bootstrapKey, this.#scratch);
    return inputs.map((_, i) => {
      kernel.sampleExtract(this.#accumulators + i * accumulator, 0, this.#slots);
      return new BigUint64Array(heap.memory.buffer, this.#slots, bigLwe / 8).slice();
    });
  }
}
