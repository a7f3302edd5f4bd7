import { Engine, type Opened } from "../api/engine/engine.ts";
import type { BoolHandle } from "../api/engine/handles/bool-handle.ts";
import { MismatchError } from "../errors.ts";
import { blockCapacity } from "../parameters/parameter-set.ts";
import { checkRing } from "./client/format.ts";
import { PackedVector, vectorContentOf } from "./client/packed-vector.ts";
import { bodiesOf, maskSeedOf } from "./client/seeded.ts";
import { INSIDE, introduce, Opaque, PERMIT, type Permit } from "./inside.ts";
import { freshVariance } from "./noise.ts";

/*
 * Packed flags in an engine with a server key: sums of them, and a bootstrap that says whether a sum is as large as a
 * threshold. What has just been encrypted has some 2^32 of the noise of what has been computed, so that sums may be long.
 */

interface Content {
  readonly engine: Engine;
  readonly vector: PackedVector;
  /** The masks of the ciphertexts that have been asked for: k polynomials each. */
  readonly masks: Map<number, BigUint64Array<ArrayBuffer>>;
}

/**
 * The modulus that truth values are packed with for an engine with a server key: twice the capacity of a block, so that they
 * lie where blocks have their values.
 *
 * @throws TypeError for what is no client key or engine.
 */
export function flagModulus(of: {
  readonly parameters: { readonly messageModulus: number; readonly carryModulus: number };
}): number {
  return 2 * blockCapacity(of.parameters);
}

/** Packed truth values for an engine: `loadFlags` makes it. Each takes memory of the engine once it is asked for. */
export class EngineFlags extends Opaque {
  readonly #content: Content;

  static {
    introduce(EngineFlags, {
      name: "EngineFlags",
      noun: "a list of encrypted truth values",
      source: "loadFlags(engine, packedVector) gives one",
      instead: "at(index) gives a handle of one of them",
      written: "the vector's serialize() gives its bytes",
    });
  }

  /** @internal */
  constructor(permit: Permit, content: Content) {
    super(permit);
    this.#content = content;
  }

  /** Number of flags. */
  get length(): number {
    return this.#content.vector.length;
  }

  /** One of the flags. @throws RangeError for an index that there is not, OutOfMemoryError, DisposedError. */
  at(index: number): BoolHandle {
    if (!(Number.isInteger(INSIDE.checkNumber("index", index)) && index >= 0 && index < this.length))
      throw new RangeError(`flag ${index} of ${this.length}`);
    const { engine } = this.#content;
    const { build, context, handleOf } = Engine.opened(engine);
    const lwe = this.#extract(index);
    const { parameters } = context.evaluator;
    const noiseLevel = Math.sqrt(freshVariance(parameters) / INSIDE.noise.bootstrapVariance(parameters));
    return build(context, () => {
      const [block] = context.evaluator.load([{ lwe, degree: 1, noiseLevel }]);
      return handleOf(context, { type: "FheBool", digits: 1, padded: false }, [block]) as BoolHandle;
    });
  }

  /** The LWE ciphertext of a coefficient (sample extraction: Chillotti et al., "TFHE", section 4.2). */
  #extract(index: number): BigUint64Array<ArrayBuffer> {
    const { ring, seeded } = vectorContentOf(this.#content.vector);
    const { glweDimension: k, polynomialSize: N } = ring;
    const [glwe, coefficient] = [Math.floor(index / N), index % N];
    let mask = this.#content.masks.get(glwe);
    if (mask === undefined) {
      mask = new BigUint64Array(k * N);
      INSIDE.fillMask(maskSeedOf(seeded), mask, glwe * k * N);
      this.#content.masks.set(glwe, mask);
    }
    const lwe = new BigUint64Array(k * N + 1);
    for (let p = 0; p < k * N; p += N) {
      for (let j = 0; j < N; j++) {
        const from = coefficient - j;
        lwe[p + j] = from >= 0 ? mask[p + from] : -mask[p + from + N];
      }
    }
    bodiesOf(ring, seeded, index, lwe.subarray(k * N));
    return lwe;
  }
}

/**
 * Gives the flags of a vector, which a client has packed with the modulus `flagModulus`, to an engine with the server key of
 * the same client. They are believed to be truth values.
 *
 * @throws TypeError for what is no engine or vector, MismatchError for one of other parameters or another modulus.
 */
export function loadFlags(engine: Engine, vector: PackedVector): EngineFlags {
  const { parameters } = Engine.opened(engine).context.evaluator;
  if (!(vector instanceof PackedVector))
    throw new TypeError(`expected a PackedVector, not ${INSIDE.describe(vector)}`);
  checkRing(vectorContentOf(vector).ring, parameters);
  const modulus = flagModulus({ parameters });
  if (vector.modulus !== modulus)
    throw new MismatchError(
      `a vector of values modulo ${vector.modulus}; flags are packed modulo ${modulus}`,
    );
  return new EngineFlags(PERMIT, { engine, vector, masks: new Map() });
}

/**
 * Whether weights times truth values add up to a threshold at least: with a weight of 1 for each of n flags, whether all are
 * set (n), or any is (1). It takes one bootstrap. The sum may be as large as a block has room for, 15 at the default
 * parameters, or beyond it where it has no value that is as far from another as the capacity with the same outcome twice.
 *
 * @param weights positive integers, one for each flag; all 1 unless given.
 * @throws TypeError for what is no engine, handles of another one or no integers, RangeError for no flags or weights out of
 *   range, GraphError if the sum has no room in a block or is too noisy, DisposedError.
 */
export function sumAtLeast(
  engine: Engine,
  flags: readonly BoolHandle[],
  threshold: number,
  weights?: readonly number[],
): BoolHandle {
  const { context, build, handleOf, handlesIn, digitsIn }: Opened = Engine.opened(engine);
  const handles = handlesIn(flags) as BoolHandle[];
  if (handles.length === 0) throw new RangeError("expected at least one flag");
  if (handles.some(({ type }) => type !== "FheBool")) throw new TypeError("expected encrypted booleans");
  if (!Number.isInteger(INSIDE.checkNumber("threshold", threshold)))
    throw new RangeError(`threshold is ${threshold}; expected an integer`);
  if (weights !== undefined && !Array.isArray(weights))
    throw new TypeError(`weights is an array, not ${INSIDE.describe(weights)}`);
  if (weights !== undefined && weights.length !== handles.length)
    throw new RangeError(`${weights.length} weights; expected ${handles.length}`);
  const plain = handles.map((_, i) => weights?.[i] ?? 1);
  const wrong = plain.findIndex((weight) => !(Number.isInteger(weight) && weight >= 1 && weight <= 2 ** 16));
  if (wrong >= 0) throw new RangeError(`weight ${wrong} is not an integer from 1 to 2^16`);
  return build(context, (builder) => {
    const summands = handles.map((handle, i) => [plain[i], digitsIn(handle, context).blocks[0]] as const);
    const sum = builder.lookupWide(summands, 0, (value) => Number(value >= threshold));
    return handleOf(context, { type: "FheBool", digits: 1, padded: false }, [sum]) as BoolHandle;
  });
}
