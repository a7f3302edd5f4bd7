import type { AnyEvaluator } from "../../../engine/evaluator.ts";
import { DisposedError } from "../../../errors.ts";
import type { Block } from "../../../graph/block.ts";
import type { Builder } from "../../../graph/builder.ts";
import { freshen } from "../../../integer/normalize.ts";
import { pack } from "../../../integer/unpack.ts";
import { needingMemory } from "../../../memory.ts";
import { introduce, Opaque, PERMIT, type Permit } from "../../../opaque.ts";
import type { ProgressOptions } from "../../../progress.ts";
import { packIntegers } from "../../../scheme/lwe/packed-integers.ts";
import type { CiphertextType } from "../../../wire/core/types.ts";
import type { SerializedCiphertext } from "../../../wire/values/ciphertext.ts";
import { type Ciphertext, contentOf } from "../../values/ciphertext.ts";
import { CompressedCiphertext } from "../../values/compressed-ciphertext.ts";
import { Digits } from "./digits.ts";

/** What the handles of an engine share. */
export interface Context {
  readonly evaluator: AnyEvaluator;
  /** The tag that results carry: that of the server key. */
  readonly tag: Uint8Array;
  /** The dimension of the former key from which the engine's casting key switches, if it is for that. */
  readonly formerDimension?: number;
}

/** For the rest of the library: adds to the graph of an engine; nodes that end up in no handle are dropped again. */
export function build<T>({ evaluator }: Context, operation: (builder: Builder) => T): T {
  evaluator.checkAlive();
  try {
    return needingMemory(() => operation(evaluator.builder));
  } finally {
    evaluator.builder.sweep();
  }
}

/** What the garbage collector's word about a handle sets free. */
interface Held {
  readonly builder: Builder;
  readonly digits: Digits;
  /** What leaves the engine, once it has been asked for. */
  results: readonly Block[];
}

/** Hardened environments lack it, as garbage tells of other programs: there, nothing is freed but by `dispose`. */
const collected =
  typeof FinalizationRegistry === "function" ? new FinalizationRegistry<Held>(free) : undefined;

function free({ builder, digits, results }: Held): void {
  digits.release();
  builder.release(results);
}

/**
 * For the rest of the library: the digits of a handle of a given engine.
 *
 * @throws TypeError if it belongs to another engine, DisposedError.
 */
export let digitsIn: (handle: Handle<Ciphertext>, context: Context) => Digits;

/** For the rest of the library: the blocks that a handle of a given engine would ask for. Throws as `digitsIn`. */
export let resultsIn: (handle: Handle<Ciphertext>, context: Context) => readonly Block[];

/**
 * An encrypted value inside an engine: computed already, or a plan of how to compute it. Operations on handles
 * return at once with new handles; `serialize` and `ciphertext` have the engine compute.
 *
 * A handle holds memory of the engine until it is disposed of or collected as garbage; in a deterministic engine, and
 * where the platform lacks `FinalizationRegistry`, until it is disposed of.
 */
export abstract class Handle<C extends Ciphertext> extends Opaque {
  /** The name of the value's type. */
  abstract readonly type: CiphertextType;

  readonly #context: Context;
  /** The digits are what operations start from: they may have more noise than results, which would cost bootstraps. */
  #held: Held | undefined;

  static {
    introduce(Handle, {
      name: "Handle",
      noun: "an encrypted value",
      source: "engine.load(ciphertext) gives one",
      instead: "call its methods",
      written: "await serialize() gives its bytes",
    });
    digitsIn = (handle, context) => {
      if (handle.#context !== context) throw new TypeError("the handle belongs to another engine");
      return handle.#own().digits;
    };
    resultsIn = (handle, context) => {
      digitsIn(handle, context);
      return handle.#leaving();
    };
  }

  /** @internal */
  protected constructor(permit: Permit, context: Context, digits: Digits | readonly Block[]) {
    super(permit);
    const { builder } = context.evaluator;
    this.#context = context;
    this.#held = {
      builder,
      digits: digits instanceof Digits ? digits : Digits.of(builder, digits),
      results: [],
    };
    // What an engine still holds has a part in what it computes next, and garbage is collected at any time.
    if (!context.evaluator.deterministic) collected?.register(this, this.#held, this);
  }

  /**
   * The ciphertext of a content.
   *
   * @internal
   */
  protected abstract wrap(content: SerializedCiphertext): C;

  /**
   * Computes the value. Calls in the same turn of the event loop are planned together as one computation.
   *
   * @throws the signal's reason, what `onProgress` throws, WorkerError, OutOfMemoryError, LimitError, PlanningError, GraphError or
   *   DisposedError, as a rejection; the engine and the handle remain usable, unless they were disposed of.
   */
  async ciphertext(options?: ProgressOptions): Promise<C> {
    const { evaluator, tag } = this.#context;
    const { parameters } = evaluator;
    const computed = await evaluator.compute(this.#leaving(), options);
    // TFHE-rs takes in no value with a block whose degree or noise level is another than that of a fresh one.
    const degree = this.type === "FheBool" ? 1 : parameters.messageModulus - 1;
    const blocks = computed.map(({ lwe }) => ({ lwe, degree, noiseLevel: 1 }));
    return this.wrap(contentOf(this.type, blocks, parameters, tag));
  }

  /** Computes the value and gives its bytes, as TFHE-rs's `safe_serialize` writes them. Throws as `ciphertext`. */
  async serialize(options?: ProgressOptions): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.ciphertext(options)).serialize();
  }

  /**
   * The compressed form of a value that has one.
   *
   * @internal
   */
  protected async compressed(options?: ProgressOptions): Promise<CompressedCiphertext<C>> {
    const { evaluator, tag } = this.#context;
    const { messageModulus, carryModulus, polynomialSize, lweDimension } = evaluator.parameters;
    const digits = this.#leaving();
    // Blocks are retained by the time that what has been built is swept.
    const switched = await this.build((builder) => evaluator.compress(pack(builder, digits), options));
    const logModulus = Math.log2(2 * polynomialSize);
    const blocks = switched.map(({ elements }, i) => ({
      packed: packIntegers(elements, logModulus),
      logModulus,
      lweDimension,
      // As for `ciphertext`: the largest value that the digits in it can have.
      degree: this.type === "FheBool" ? 1 : messageModulus ** (2 * i + 1 < digits.length ? 2 : 1) - 1,
    }));
    const content = { form: "switched", blocks } as const;
    return new CompressedCiphertext(
      PERMIT,
      { type: this.type, messageModulus, carryModulus, content, tag },
      (expanded) => this.wrap(expanded),
    );
  }

  /** Lets go of the value: the engine frees what nothing else needs. */
  dispose(): void {
    if (this.#held === undefined) return;
    collected?.unregister(this);
    free(this.#held);
    this.#held = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** @internal */
  protected build<T>(operation: (builder: Builder) => T): T {
    return build(this.#context, operation);
  }

  /** @internal */
  protected get context(): Context {
    return this.#context;
  }

  /** @internal */
  protected get digits(): Digits {
    return this.#own().digits;
  }

  #own(): Held {
    if (this.#held === undefined) throw new DisposedError("the handle has been disposed of");
    return this.#held;
  }

  #leaving(): readonly Block[] {
    const held = this.#own();
    if (held.results.length === 0) {
      held.results = this.build((builder) => {
        const results = freshen(builder, held.digits.blocks);
        builder.retain(results);
        return results;
      });
    }
    return held.results;
  }
}

/** The class of the ciphertexts of a class of handles. */
export type CiphertextOf<H> = H extends Handle<infer C> ? C : never;
