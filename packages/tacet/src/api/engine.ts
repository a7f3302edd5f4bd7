import { Evaluator, type EvaluatorOptions } from "../engine/evaluator.ts";
import { normalize } from "../integer/normalize.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";
import { BoolHandle } from "./bool-handle.ts";
import { type Ciphertext, conformingBlocks } from "./ciphertext.ts";
import { FheBool } from "./fhe-bool.ts";
import { FheUint } from "./fhe-uint.ts";
import { blocksIn, Handle } from "./handle.ts";
import { evaluationKeyOf, ServerKey } from "./server-key.ts";
import { UintHandle } from "./uint-handle.ts";
import { describe, type Width } from "./value.ts";

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
  readonly #evaluator: Evaluator;

  private constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
  }

  /**
   * Loads a server key and starts the threads.
   *
   * @throws RangeError for options out of range, OutOfMemoryError, UnsupportedPlatformError, the signal's reason.
   */
  static async create(serverKey: ServerKey, options?: EvaluatorOptions): Promise<Engine> {
    if (!(serverKey instanceof ServerKey)) {
      throw new TypeError(`expected a ServerKey, not ${describe(serverKey)}`);
    }
    return new Engine(await Evaluator.create(evaluationKeyOf(serverKey), options));
  }

  /**
   * Takes a ciphertext in: the handle computes with it.
   *
   * @throws TypeError for what is no ciphertext, MismatchError for one of other parameters than the server key's,
   *   OutOfMemoryError, DisposedError.
   */
  load<W extends Width>(ciphertext: FheUint<W>): UintHandle<W>;
  load(ciphertext: FheBool): BoolHandle;
  load<W extends Width>(ciphertext: FheUint<W> | FheBool): UintHandle<W> | BoolHandle;
  load(ciphertext: Ciphertext): UintHandle<Width> | BoolHandle {
    if (!(ciphertext instanceof FheUint || ciphertext instanceof FheBool)) {
      throw new TypeError(`expected an encrypted integer or boolean, not ${describe(ciphertext)}`);
    }
    const { parameters, builder } = this.#evaluator;
    const inputs = this.#evaluator.load(conformingBlocks(ciphertext, parameters));
    try {
      const blocks = normalize(builder, inputs);
      return ciphertext instanceof FheBool
        ? new BoolHandle(this.#evaluator, blocks[0])
        : new UintHandle(this.#evaluator, blocks, ciphertext.width);
    } finally {
      builder.sweep();
    }
  }

  /**
   * What it will take to compute some values, together, that have not been computed yet.
   *
   * @throws TypeError for handles of another engine, DisposedError.
   */
  explain(...handles: readonly (UintHandle<Width> | BoolHandle)[]): Explanation {
    const blocks = handles.flatMap((handle) => {
      if (!(handle instanceof Handle)) throw new TypeError(`expected handles, not ${describe(handle)}`);
      return blocksIn(handle, this.#evaluator);
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
}
