import type { Evaluator } from "../engine/evaluator.ts";
import { DisposedError } from "../errors.ts";
import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import type { ProgressOptions } from "../progress.ts";
import type { Block as WireBlock } from "../wire/ciphertext.ts";
import type { Ciphertext } from "./ciphertext.ts";

/** What the garbage collector's word about a handle sets free. */
interface Held {
  readonly builder: Builder;
  readonly blocks: readonly Block[];
}

const collected = new FinalizationRegistry<Held>(({ builder, blocks }) => builder.release(blocks));

/** For the rest of the library: the blocks of a handle. @throws DisposedError */
export let blocksOf: (handle: Handle<Ciphertext>) => readonly Block[];

/**
 * For the rest of the library: the blocks of a handle of a given engine.
 *
 * @throws TypeError if it belongs to another engine, DisposedError.
 */
export let blocksIn: (handle: Handle<Ciphertext>, evaluator: Evaluator) => readonly Block[];

/**
 * An encrypted value inside an engine: computed already, or a plan of how to compute it. Operations on handles
 * return at once with new handles; `serialize` and `ciphertext` have the engine compute.
 *
 * A handle holds memory of the engine until it is disposed of or collected as garbage.
 */
export abstract class Handle<C extends Ciphertext> {
  readonly #evaluator: Evaluator;
  #blocks: readonly Block[] | undefined;

  static {
    blocksOf = (handle) => handle.#own();
    blocksIn = (handle, evaluator) => {
      if (handle.#evaluator !== evaluator) throw new TypeError("the handle belongs to another engine");
      return handle.#own();
    };
  }

  /** @internal */
  protected constructor(evaluator: Evaluator, blocks: readonly Block[]) {
    this.#evaluator = evaluator;
    this.#blocks = blocks;
    evaluator.builder.retain(blocks);
    collected.register(this, { builder: evaluator.builder, blocks }, this);
  }

  /**
   * The value as a ciphertext, around the blocks that the engine computed.
   *
   * @internal
   */
  protected abstract wrap(blocks: readonly WireBlock[]): C;

  /**
   * Computes the value. Calls in the same turn of the event loop are planned together as one computation.
   *
   * @throws the signal's reason, WorkerError, OutOfMemoryError or DisposedError, as a rejection; the engine and
   *   the handle remain usable, unless they were disposed of.
   */
  async ciphertext(options?: ProgressOptions): Promise<C> {
    return this.wrap(await this.#evaluator.compute(this.#own(), options));
  }

  /** Computes the value and gives its bytes, as TFHE-rs's `safe_serialize` writes them. Throws as `ciphertext`. */
  async serialize(options?: ProgressOptions): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.ciphertext(options)).serialize();
  }

  /** Lets go of the value: the engine frees what nothing else needs. */
  dispose(): void {
    if (this.#blocks === undefined) return;
    collected.unregister(this);
    this.#evaluator.builder.release(this.#blocks);
    this.#blocks = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /**
   * Adds to the graph; nodes that end up in no handle are dropped again.
   *
   * @internal
   */
  protected build<T>(operation: (builder: Builder) => T): T {
    const { builder } = this.#evaluator;
    this.#evaluator.checkAlive();
    try {
      return operation(builder);
    } finally {
      builder.sweep();
    }
  }

  /** @internal */
  protected get evaluator(): Evaluator {
    return this.#evaluator;
  }

  #own(): readonly Block[] {
    if (this.#blocks === undefined) throw new DisposedError("the handle has been disposed of");
    return this.#blocks;
  }
}
