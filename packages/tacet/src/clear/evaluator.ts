import type { BlockCiphertext, SwitchedCiphertext } from "../engine/ciphertext.ts";
import type { AnyEvaluator } from "../engine/evaluator.ts";
import type { PackedCiphertext } from "../engine/packer.ts";
import type { Parts } from "../engine/parts.ts";
import { DisposedError, GraphError, LimitError, MismatchError } from "../errors.ts";
import { type Block, type BlockForm, formOf, type LookupBlock, type Source } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { BATCH, type Workforce } from "../graph/workforce/batch.ts";
import type { CompressionParameters } from "../parameters/compression.ts";
import type { ParameterSet } from "../parameters/parameter-set.ts";
import type { ProgressOptions } from "../progress.ts";
import type { ListKeyShape, PackingShape } from "../scheme/server-key/list-keys.ts";
import { clearValue, refusal, trivialLwe, trivialSwitched } from "./ciphertexts.ts";
import { evaluateSteps, type Keeper } from "./evaluate.ts";
import { checkPackable, packValues } from "./lists.ts";
import type { ClearSettings } from "./options.ts";

/** What a bootstrap takes at the default parameters, of those that one thread takes one by one. */
const BOOTSTRAP_MILLISECONDS = 8;

/**
 * Computes the blocks of a graph on plain values. What is loaded counts as encrypted, so that graphs, and the bounds of
 * range and noise that are kept in them, are those of the same program on encrypted values.
 */
export class ClearEvaluator implements AnyEvaluator {
  readonly parameters: ParameterSet;
  readonly builder: Builder;
  readonly threads: number;
  readonly whyNoWorkers = "nothing is encrypted, so that there is hardly anything to compute";
  readonly deterministic = false;
  /** Values take no memory of an engine. */
  readonly usedBytes = 0;
  readonly #parts: Parts;
  readonly #settings: ClearSettings;
  readonly #workforce: Workforce;
  readonly #values = new Map<Source, number>();
  /** What was loaded and given out, by its content: loaded again, it is the same. */
  readonly #known = new WeakMap<object, Source>();
  #disposed = false;

  constructor(settings: ClearSettings, parts: Parts) {
    this.parameters = settings.parameters;
    this.threads = settings.threads;
    this.builder = new parts.Builder(settings.parameters);
    this.builder.onDrop = (block) => void this.#values.delete(block as Source);
    this.#parts = parts;
    this.#settings = settings;
    this.#workforce = { threads: settings.threads, batch: BATCH };
  }

  checkAlive(): void {
    if (this.#disposed) throw new DisposedError("the engine has been disposed of");
  }

  get ciphertextCount(): number {
    this.checkAlive();
    return this.#values.size;
  }

  /** @throws GraphError as an engine, MismatchError for what hides something. */
  load(ciphertexts: readonly (BlockCiphertext | SwitchedCiphertext)[], form: BlockForm = "big"): Block[] {
    this.checkAlive();
    return ciphertexts.map((ciphertext) => this.#open(ciphertext, form));
  }

  loadLater(): never {
    throw refusal("compact lists are always encrypted, so load their values one by one");
  }

  expand(): never {
    throw refusal("what encryptCompressed gives is encrypted");
  }

  async compute(blocks: readonly Block[], options: ProgressOptions = {}): Promise<BlockCiphertext[]> {
    const values = await this.#evaluate(blocks, options);
    return blocks.map((block, i) => {
      const lwe = trivialLwe(values[i], this.parameters);
      if (block.kind !== "linear") this.#known.set(lwe, block);
      return { lwe, degree: block.max, noiseLevel: Math.ceil(Math.sqrt(block.noise)) };
    });
  }

  async compress(blocks: readonly Block[], options: ProgressOptions = {}): Promise<SwitchedCiphertext[]> {
    const values = await this.#evaluate(blocks, options);
    return blocks.map(({ max }, i) => {
      return { elements: trivialSwitched(values[i], this.parameters), degree: max };
    });
  }

  /** @throws MismatchError if there is no key for it. */
  get packing(): PackingShape {
    return this.#lists();
  }

  /** @throws MismatchError if there is no key for it. */
  get listKey(): ListKeyShape {
    const packing = this.#lists();
    const { glweDimension, polynomialSize, ciphertextsPerGlwe } = packing;
    return { elements: glweDimension * polynomialSize, ciphertextsPerGlwe, packing };
  }

  async pack(blocks: readonly Block[], options: ProgressOptions = {}): Promise<PackedCiphertext[]> {
    const lists = this.#lists();
    checkPackable(blocks, this.parameters);
    return packValues(await this.#evaluate(blocks, options), lists, this.parameters);
  }

  explain(blocks: readonly Block[]): { bootstraps: number; depth: number; milliseconds: number } {
    this.checkAlive();
    const { rotations, depth } = this.#parts.plan(blocks, this.parameters, this.#workforce);
    const milliseconds = this.#parts.makespanOf(rotations, this.#workforce) * BOOTSTRAP_MILLISECONDS;
    return { bootstraps: rotations.length, depth, milliseconds };
  }

  dispose(): void {
    this.#disposed = true;
    this.builder.onDrop = undefined;
    this.#values.clear();
  }

  /** The block of a ciphertext that hides nothing, as if it did. */
  #open(ciphertext: BlockCiphertext | SwitchedCiphertext, form: BlockForm): Block {
    const value = clearValue(ciphertext, form, this.parameters);
    const big = "lwe" in ciphertext;
    const max = Math.max(ciphertext.degree, big ? (ciphertext.fresh ?? 0) : 0);
    if (max === 0) return this.builder.constant(0);
    const noise = big ? Math.max(1, ciphertext.noiseLevel) ** 2 : 1;
    const content = big ? ciphertext.lwe : ciphertext.elements;
    const known = this.#known.get(content);
    if (known !== undefined && isSame(known, max, noise, form)) return known;
    const origin = big ? ciphertext.origin : undefined;
    const block = this.builder.input({ max, noise, form, ...origin });
    this.#values.set(block, value);
    this.#known.set(content, block);
    return block;
  }

  /** The values of blocks, which are kept until they have been read. */
  async #evaluate(blocks: readonly Block[], options: ProgressOptions): Promise<number[]> {
    this.checkAlive();
    if (blocks.some(({ noise }) => noise === Infinity)) {
      throw new GraphError("a ciphertext that is not under the big key can only be looked up");
    }
    const { builder, parameters } = this;
    const keeper: Keeper = {
      values: this.#values,
      keep: (lookup: LookupBlock, value: number): void => {
        this.#values.set(lookup, value);
        builder.resolve(lookup);
      },
    };
    builder.retain(blocks);
    try {
      const pace = new this.#parts.Pace(options);
      this.#checkLimit(blocks);
      const steps = evaluateSteps(blocks, keeper, parameters);
      for (let step = steps.next(); ; step = steps.next()) {
        // The last turn is for all: what is promised comes later than what was asked for at the same time.
        await pace.done(step.done ? 1 : step.value);
        this.checkAlive();
        if (step.done) return step.value;
      }
    } finally {
      builder.release(blocks);
    }
  }

  /** @throws LimitError if an engine would not plan so much. */
  #checkLimit(blocks: readonly Block[]): void {
    const { planLimitBootstraps: limit } = this.#settings;
    if (limit === Infinity) return;
    const options = { ...this.#workforce, maxRotations: limit };
    const { length } = this.#parts.plan(blocks, this.parameters, options).rotations;
    if (length > limit) throw new LimitError("planLimitBootstraps", limit, length);
  }

  #lists(): CompressionParameters {
    this.checkAlive();
    const { compression } = this.#settings;
    if (compression !== null) return compression;
    throw new MismatchError(
      "the engine has no keys for lists: clearEngine({ compression: true }) stands for one whose client key has them",
    );
  }
}

/** Whether a source is what a ciphertext with its content would be. */
function isSame(source: Source, max: number, noise: number, form: BlockForm): boolean {
  if (source.references < 0 || formOf(source) !== form) return false;
  if (form === "big" && source.noise !== noise) return false;
  return source.kind === "lookup" ? source.max <= max : source.max === max;
}
