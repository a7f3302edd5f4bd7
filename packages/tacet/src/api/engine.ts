import { Evaluator, type EvaluatorOptions } from "../engine/evaluator.ts";
import { normalize } from "../integer/normalize.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";
import type { Width } from "../wire/types.ts";
import { BoolHandle } from "./bool-handle.ts";
import { type Ciphertext, conformingBlocks } from "./ciphertext.ts";
import { ExpandedServerKey, expansionOf } from "./expanded-server-key.ts";
import { FheBool } from "./fhe-bool.ts";
import type { FheInt } from "./fhe-int.ts";
import { FheInteger } from "./fhe-integer.ts";
import type { FheUint } from "./fhe-uint.ts";
import { type Context, Handle, resultsIn } from "./handle.ts";
import { type IntegerHandle, type IntHandle, integerHandle, type UintHandle } from "./integer-handle.ts";
import { evaluationKeyOf, ServerKey } from "./server-key.ts";
import { blockCount, describe } from "./value.ts";

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
  static async create(serverKey: ServerKey | ExpandedServerKey, options?: EvaluatorOptions): Promise<Engine> {
    if (!(serverKey instanceof ServerKey || serverKey instanceof ExpandedServerKey)) {
      throw new TypeError(`expected a ServerKey, not ${describe(serverKey)}`);
    }
    const key = serverKey instanceof ServerKey ? evaluationKeyOf(serverKey) : expansionOf(serverKey);
    const evaluator = await Evaluator.create(key, options);
    return new Engine({ evaluator, tag: serverKey.tag });
  }

  /**
   * Takes a ciphertext in: the handle computes with it.
   *
   * @throws TypeError for what is no ciphertext, MismatchError for one of other parameters than the server key's,
   *   ParameterError for an integer whose width blocks do not make up, OutOfMemoryError, DisposedError.
   */
  load<W extends Width>(ciphertext: FheUint<W>): UintHandle<W>;
  load<W extends Width>(ciphertext: FheInt<W>): IntHandle<W>;
  load(ciphertext: FheBool): BoolHandle;
  load(ciphertext: FheInteger): IntegerHandle;
  load(ciphertext: FheInteger | FheBool): IntegerHandle | BoolHandle;
  load(ciphertext: FheInteger | FheBool): IntegerHandle | BoolHandle {
    if (!(ciphertext instanceof FheInteger || ciphertext instanceof FheBool)) {
      throw new TypeError(`expected an encrypted integer or boolean, not ${describe(ciphertext)}`);
    }
    const { parameters, builder } = this.#evaluator;
    const content = conformingBlocks(ciphertext, parameters);
    if (ciphertext instanceof FheInteger) blockCount(ciphertext.width, parameters);
    const inputs = this.#evaluator.load(content);
    try {
      const blocks = normalize(builder, inputs);
      return ciphertext instanceof FheBool
        ? new BoolHandle(this.#context, blocks[0])
        : integerHandle(this.#context, blocks, ciphertext);
    } finally {
      builder.sweep();
    }
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
}
