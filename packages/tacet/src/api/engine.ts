import { Evaluator } from "../engine/evaluator.ts";
import type { EngineOptions } from "../engine/options.ts";
import { MismatchError, ParameterError } from "../errors.ts";
import type { Block } from "../graph/block.ts";
import { normalize } from "../integer/normalize.ts";
import { anyDigit, truthValue, unpack } from "../integer/unpack.ts";
import { blockCapacity, type ParameterSet } from "../parameters/parameter-set.ts";
import { unpackIntegers } from "../scheme/lwe/packed-integers.ts";
import { type CiphertextType, SHAPES, type Width } from "../wire/core/types.ts";
import { BoolHandle } from "./bool-handle.ts";
import { type Ciphertext, conformingBlocks } from "./ciphertext.ts";
import { CompactCiphertextList, conformingList } from "./compact-list.ts";
import { CompressedCiphertext, conformingContent } from "./compressed-ciphertext.ts";
import { ExpandedServerKey, expansionOf } from "./expanded-server-key.ts";
import { FheBool } from "./fhe-bool.ts";
import type { FheInt, FheIntType } from "./fhe-int.ts";
import { FheInteger, type FheIntegerType } from "./fhe-integer.ts";
import type { FheUint, FheUintType } from "./fhe-uint.ts";
import { type Context, Handle, resultsIn } from "./handle.ts";
import { type IntegerHandle, type IntHandle, integerHandle, type UintHandle } from "./integer-handle.ts";
import { evaluationKeyOf, ServerKey } from "./server-key.ts";
import { blockCount, describe } from "./value.ts";
import { typeName } from "./value-type.ts";

type Value = FheInteger | FheBool;
type Maker = FheIntegerType | typeof FheBool;

/** The handles of values of some types, which are given by their makers. */
export type HandlesOf<Types extends readonly Maker[]> = {
  -readonly [Index in keyof Types]: HandleOf<Types[Index]>;
};
type HandleOf<Type> =
  Type extends FheUintType<infer W>
    ? UintHandle<W>
    : Type extends FheIntType<infer W>
      ? IntHandle<W>
      : BoolHandle;

type Loadable = Value | CompressedCiphertext<Value>;

/** What an engine tells about itself. */
export interface EngineInfo {
  readonly parameters: ParameterSet;
  /** Number of worker threads; 0 where the calling thread computes, for want of shared memory. */
  readonly threads: number;
  /** Whether results are the same bits on every machine. */
  readonly deterministic: boolean;
  /** Bytes in use: keys, ciphertexts, tables, jobs and scratch of all threads together. */
  readonly memoryBytes: number;
  /** Number of encrypted blocks held. */
  readonly ciphertexts: number;
}

/** What a computation will take. */
export interface Explanation {
  /** Number of bootstraps: blind rotations, each of which may answer several lookups. */
  readonly bootstraps: number;
  /** The longest chain of bootstraps that wait for each other. */
  readonly depth: number;
  /** Expected time on this engine with nothing else to do, by the times of its latest bootstraps. */
  readonly milliseconds: number;
}

/** The server: computes on encrypted values with a server key. It holds no secret. */
export class Engine {
  readonly #context: Context;

  private constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Loads a server key, in whichever form, and starts the threads.
   *
   * @throws RangeError for options out of range, OutOfMemoryError, UnsupportedPlatformError, the signal's reason.
   */
  static async create(serverKey: ServerKey | ExpandedServerKey, options?: EngineOptions): Promise<Engine> {
    if (!(serverKey instanceof ServerKey || serverKey instanceof ExpandedServerKey)) {
      throw new TypeError(`expected a ServerKey, not ${describe(serverKey)}`);
    }
    const key = serverKey instanceof ServerKey ? evaluationKeyOf(serverKey) : expansionOf(serverKey);
    const evaluator = await Evaluator.create(key, options);
    return new Engine({ evaluator, tag: serverKey.tag });
  }

  /**
   * Takes a ciphertext in, compressed or not: the handle computes with it.
   *
   * @throws TypeError for what is no ciphertext, MismatchError for one of other parameters than the server key's,
   *   ParameterError for an integer whose width blocks do not make up, OutOfMemoryError, DisposedError.
   */
  load<W extends Width>(ciphertext: FheUint<W> | CompressedCiphertext<FheUint<W>>): UintHandle<W>;
  load<W extends Width>(ciphertext: FheInt<W> | CompressedCiphertext<FheInt<W>>): IntHandle<W>;
  load(ciphertext: FheBool | CompressedCiphertext<FheBool>): BoolHandle;
  load(ciphertext: FheInteger | CompressedCiphertext<FheInteger>): IntegerHandle;
  load(ciphertext: Loadable): IntegerHandle | BoolHandle;
  load(ciphertext: Loadable): IntegerHandle | BoolHandle {
    const compressed = ciphertext instanceof CompressedCiphertext;
    if (!(compressed || ciphertext instanceof FheInteger || ciphertext instanceof FheBool)) {
      throw new TypeError(`expected an encrypted integer or boolean, not ${describe(ciphertext)}`);
    }
    const { parameters, builder } = this.#evaluator;
    return this.#build(() => {
      this.#digitCount(ciphertext.type); // refuses widths that blocks do not make up
      const digits = compressed
        ? this.#decompress(ciphertext)
        : normalize(builder, this.#evaluator.load(conformingBlocks(ciphertext, parameters)));
      return this.#handle(ciphertext.type, digits);
    });
  }

  /**
   * Takes the values of a list in. Their handles are of the list's `types`, in order; those that the server expects can
   * be given: `engine.expand(list, [FheUint32, FheBool])`.
   *
   * @throws TypeError for what is no list, MismatchError for one of other parameters than the server key's, of other
   *   types than expected, or that has to be cast with a key that the server key lacks, ParameterError for a value of a
   *   type that Tacet does not have, OutOfMemoryError, DisposedError.
   */
  expand(list: CompactCiphertextList): (IntegerHandle | BoolHandle)[];
  expand<const Types extends readonly Maker[]>(list: CompactCiphertextList, types: Types): HandlesOf<Types>;
  expand(list: CompactCiphertextList, expected?: readonly Maker[]): (IntegerHandle | BoolHandle)[] {
    if (!(list instanceof CompactCiphertextList)) {
      throw new TypeError(`expected a CompactCiphertextList, not ${describe(list)}`);
    }
    const { parameters, builder } = this.#evaluator;
    const types = list.types.map((type, i) => {
      if (type === null)
        throw new ParameterError(`value ${i} of the list is of a type that Tacet does not have`);
      return type;
    });
    const names = expected?.map(typeName);
    if (names !== undefined && names.join() !== types.join()) {
      throw new MismatchError(`the list holds ${types.join(", ")}; expected ${names.join(", ")}`);
    }
    return this.#build(() => {
      for (const type of types) this.#digitCount(type); // refuses widths that blocks do not make up
      const { ciphertexts, sanitizers, packed, requiresCasting } = conformingList(list, parameters);
      const form = requiresCasting ? "compact" : "big";
      const degree = blockCapacity(parameters) - 1;
      const inputs: Block[] = [];
      for (const lwe of ciphertexts)
        inputs.push(...this.#evaluator.load([{ lwe, degree, noiseLevel: 1 }], form));
      const digits = unpack(builder, inputs, sanitizers, packed);
      return types.map((type) => this.#handle(type, digits.splice(0, this.#digitCount(type))));
    });
  }

  /**
   * What it will take to give some values, together, that have not been computed yet.
   *
   * @throws TypeError for handles of another engine, DisposedError.
   */
  explain(...handles: readonly Handle<Ciphertext>[]): Explanation {
    const blocks = handles.flatMap((handle) => {
      if (!(handle instanceof Handle)) throw new TypeError(`expected handles, not ${describe(handle)}`);
      return resultsIn(handle, this.#context);
    });
    return this.#evaluator.explain(blocks);
  }

  get info(): EngineInfo {
    const { parameters, threads, flavour, usedBytes, ciphertextCount } = this.#evaluator;
    return {
      parameters,
      threads,
      deterministic: flavour === "plain",
      memoryBytes: usedBytes,
      ciphertexts: ciphertextCount,
    };
  }

  /** Stops all threads and frees all memory. Open computations are rejected with DisposedError. */
  dispose(): void {
    this.#evaluator.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  get #evaluator(): Evaluator {
    return this.#context.evaluator;
  }

  /** Adds to the graph; nodes that end up in no handle are dropped again. */
  #build<T>(make: () => T): T {
    this.#evaluator.checkAlive();
    try {
      return make();
    } finally {
      this.#evaluator.builder.sweep();
    }
  }

  /** The digits in a compressed ciphertext. */
  #decompress(compressed: CompressedCiphertext<Ciphertext>): readonly Block[] {
    const { parameters, builder } = this.#evaluator;
    const content = conformingContent(compressed, parameters);
    if (content.form === "seeded") {
      const blocks = content.blocks.map(({ lwe, degree, noiseLevel }) => {
        return { lwe: this.#evaluator.expand(lwe), degree, noiseLevel };
      });
      return normalize(builder, this.#evaluator.load(blocks));
    }
    const degree = blockCapacity(parameters) - 1;
    const blocks = content.blocks.map(({ packed, logModulus, lweDimension }) => {
      return { elements: unpackIntegers(packed, logModulus, lweDimension + 1), degree };
    });
    const boolean = compressed.type === "FheBool";
    const sanitizers = new Array(this.#digitCount(compressed.type)).fill(boolean ? truthValue : anyDigit);
    return unpack(builder, this.#evaluator.load(blocks, "switched"), sanitizers, !boolean);
  }

  #handle(type: CiphertextType, digits: readonly Block[]): IntegerHandle | BoolHandle {
    const { kind, bits } = SHAPES[type];
    if (kind === "boolean") return new BoolHandle(this.#context, digits[0]);
    return integerHandle(this.#context, digits, { width: bits as Width, signed: kind === "signed" });
  }

  /** Number of blocks of a type. @throws ParameterError if blocks do not make up its width. */
  #digitCount(type: CiphertextType): number {
    const { kind, bits } = SHAPES[type];
    return kind === "boolean" ? 1 : blockCount(bits as Width, this.#evaluator.parameters);
  }
}
