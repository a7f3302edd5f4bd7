import { DisposedError, MismatchError } from "../../errors.ts";
import { needingMemory } from "../../memory.ts";
import { describe, introduce, Opaque, PERMIT, type Permit } from "../../opaque.ts";
import { checkNumber, checkOptions, type OptionNames } from "../../options.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { checkProgressOptions, Pace, type ProgressOptions } from "../../progress.ts";
import { randomLayout } from "../../scheme/pseudo-random.ts";
import { type CompactKey, expandCompactKey } from "../../scheme/public-key/compact-public-key.ts";
import {
  addElements,
  encryptionsOfZero,
  type HashedInput,
  openZeroSwitch,
  type ReRandomizationHash,
  reRandomizationSeeds,
  seedHash,
  type ZeroSwitch,
  zerosUnderBigKey,
} from "../../scheme/re-randomization.ts";
import type { Workbench } from "../../scheme/workbench.ts";
import { SHAPES } from "../../wire/core/types.ts";
import {
  benchOf,
  type CompactPublicKey,
  checkCompactPublicKey,
  compactKeyOf,
} from "../keys/compact-public-key.ts";
import { ExpandedServerKey, expansionOf } from "../keys/expanded-server-key.ts";
import { evaluationKeyOf, ServerKey } from "../keys/server-key.ts";
import { CompactCiphertextList, compactListOf, listOf } from "../lists/compact-list.ts";
import { Ciphertext, contentOfCiphertext } from "../values/ciphertext.ts";
import { checkBytes, checkSeparator, nameOf } from "../values/value.ts";
import { ciphertextOf } from "../values/value-type.ts";
import { checkRandomSeed } from "./handles/random.ts";

/** What a re-randomizer is made from besides a server key. */
export interface ReRandomizerOptions extends ProgressOptions {
  /**
   * The compact public key whose encryptions of zero are added: needed where the client key has a `compactKey` of its own,
   * and for lists; the one in the server key unless given. (TFHE-rs: `ReRandomizationMode::UseLegacyCPKIfNeeded`.)
   */
  readonly publicKey?: CompactPublicKey | undefined;
}

/** What values are re-randomised for. */
export interface ReRandomizationContext extends ProgressOptions {
  /**
   * What will be computed with them, and a nonce: bytes that are different for each computation. (TFHE-rs:
   * `fn_description`.)
   */
  readonly description: Uint8Array;
  /** The hash; `"blake3"` unless given. */
  readonly hash?: ReRandomizationHash | undefined;
  /** Eight characters that keep these hashes apart from others; `"TFHE_Rrd"` unless given. */
  readonly seedSeparator?: string | undefined;
  /** Eight characters that keep encryptions from these seeds apart from others; `"TFHE_Enc"` unless given. */
  readonly encryptionSeparator?: string | undefined;
}

/** What a random value is re-randomised for. */
export interface RandomReRandomization extends ProgressOptions {
  /** The seed that it was generated from. */
  readonly seed: bigint | Uint8Array;
  /** The bits that it was generated with; all of its type unless given. */
  readonly bits?: number | undefined;
  /** The hash; `"blake3"` unless given. */
  readonly hash?: ReRandomizationHash | undefined;
  /** Eight characters that keep these hashes apart from others; `"PRF_RRND"` unless given. */
  readonly seedSeparator?: string | undefined;
  /** Eight characters that keep encryptions from these seeds apart from others; `"TFHE_Enc"` unless given. */
  readonly encryptionSeparator?: string | undefined;
}

/** What can be re-randomised. */
export type Randomizable = Ciphertext | CompactCiphertextList;

/**
 * Gives ciphertexts new randomness without changing what they hold: servers do so with all inputs before they compute, so
 * that results tell nothing of how inputs were made, and whoever knows the inputs and the computation gets the same bytes.
 * (TFHE-rs: `ReRandomize`.)
 */
export class ReRandomizer extends Opaque {
  readonly #parameters: ParameterSet;
  readonly #bench: Workbench;
  readonly #key: CompactKey;
  #keySwitch: ZeroSwitch | null;
  #disposed = false;

  static {
    introduce(ReRandomizer, {
      name: "ReRandomizer",
      noun: "what gives ciphertexts new randomness",
      source: "await ReRandomizer.from(serverKey) makes one",
    });
  }

  private constructor(
    permit: Permit,
    parameters: ParameterSet,
    bench: Workbench,
    key: CompactKey,
    keySwitch: ZeroSwitch | null,
  ) {
    super(permit);
    this.#parameters = parameters;
    this.#bench = bench;
    this.#key = key;
    this.#keySwitch = keySwitch;
  }

  /**
   * Takes the keys for it from a server key.
   *
   * @throws TypeError for what are no keys; MismatchError for a server key without them, which come of a client key with
   *   `reRandomization`, for one that needs a public key and gets none, or gets one of other parameters; the signal's
   *   reason; OutOfMemoryError.
   */
  static async from(
    serverKey: ServerKey | ExpandedServerKey,
    options: ReRandomizerOptions = {},
  ): Promise<ReRandomizer> {
    if (!(serverKey instanceof ServerKey || serverKey instanceof ExpandedServerKey)) {
      throw new TypeError(`expected a ServerKey, not ${describe(serverKey)}`);
    }
    const { publicKey } = checkOptions(checkProgressOptions(options), FROM_OPTIONS);
    const given = publicKey === undefined ? undefined : compactKeyOf(checkCompactPublicKey(publicKey));
    const key = serverKey instanceof ServerKey ? evaluationKeyOf(serverKey) : expansionOf(serverKey);
    const { parameters, reRandomization, casting } = key;
    if (reRandomization === null) throw new MismatchError(NO_KEY);
    if (reRandomization.kind === "derived") {
      const { key } = reRandomization;
      const bench = await benchOf(key.encryption);
      const expanded = "data" in key ? key : needingMemory(() => expandCompactKey(bench, key));
      return new ReRandomizer(PERMIT, parameters, bench, expanded, null);
    }
    const used = reRandomization.kind === "own" ? reRandomization.key : casting;
    if (used === null) throw new MismatchError(NO_KEY); // reading a key refuses it without
    if (given === undefined) {
      throw new MismatchError(
        "the server key re-randomises with a compact public key that it does not have: give it as publicKey",
      );
    }
    expectEqual("dimension of the public key", given.encryption.lweDimension, used.inputDimension);
    const bench = await benchOf(given.encryption);
    const keySwitch = await needingMemory(() => openZeroSwitch(used, parameters, options));
    return new ReRandomizer(PERMIT, parameters, bench, given, keySwitch);
  }

  /**
   * The same values in other ciphertexts, in order. All that is computed with together is to be given together: what each
   * becomes depends on all of them. A list is re-randomised as it is, before an engine expands it.
   *
   * @throws TypeError for what are no ciphertexts or lists, or separators that are no eight characters; MismatchError for
   *   ciphertexts of other parameters than the server key's, or with more noise than results have; the signal's reason;
   *   DisposedError. All as rejections.
   */
  async reRandomize<const Values extends readonly Randomizable[]>(
    values: Values,
    context: ReRandomizationContext,
  ): Promise<{ -readonly [Index in keyof Values]: Values[Index] }> {
    const { description, hash, seedSeparator, encryptionSeparator, signal } = checkContext(context);
    if (!Array.isArray(values))
      throw new TypeError(`expected an array of ciphertexts, not ${describe(values)}`);
    const inputs = Array.from(values as readonly Randomizable[], (value) => this.#inputOf(value));
    const pace = new Pace({ signal });
    await pace.done(0);
    const seeds = reRandomizationSeeds(inputs, description, seedSeparator, await seedHash(hash));
    const results: Randomizable[] = [];
    for (const [i, input] of inputs.entries()) {
      results.push(await this.#withZeros(input, encryptionSeparator, seeds[i], pace));
    }
    return results as never;
  }

  /**
   * The same value in another ciphertext, of one that `engine.random` has generated from a seed: with the same server key,
   * it is what TFHE-rs's `generate_oblivious_pseudo_random_and_re_randomize` adds to it.
   *
   * @throws TypeError, RangeError for what is no ciphertext, seed or number of bits that the type has; otherwise as
   *   `reRandomize`.
   */
  async reRandomizeRandom<C extends Ciphertext>(value: C, options: RandomReRandomization): Promise<C> {
    const given = checkOptions(checkProgressOptions(options), RANDOM);
    const { hash, seedSeparator, encryptionSeparator } = checkHash(given, "PRF_RRND");
    if (given.seed === undefined)
      throw new TypeError("no seed: give that which the value was generated from");
    const seed = checkRandomSeed(given.seed);
    if (!(value instanceof Ciphertext)) throw new TypeError(`expected a ciphertext, not ${describe(value)}`);
    const { kind, bits: all } = SHAPES[value.type];
    const width = kind === "boolean" ? 1 : all;
    const { bits = width } = given;
    checkNumber("bits", bits);
    if (!(Number.isInteger(bits) && bits >= 0 && bits <= width)) {
      throw new RangeError(`bits is ${bits}; expected an integer from 0 to ${width}`);
    }
    const layout = randomLayout(bits, this.#parameters);
    const input = this.#inputOfCiphertext(value, layout.blocks);
    const pace = new Pace({ signal: given.signal });
    await pace.done(0);
    const description = Uint8Array.of(...seed, ...layout.bytes);
    const nothing = { elements: [], metadata: new Uint8Array(0) };
    const hasher = await seedHash(hash);
    const [own] = reRandomizationSeeds([nothing], description, seedSeparator, hasher);
    return (await this.#withZeros(input, encryptionSeparator, own, pace)) as C;
  }

  async #withZeros(input: Input, separator: string, seed: Uint8Array, pace: Pace): Promise<Randomizable> {
    if (this.#disposed) throw new DisposedError("the re-randomizer has been disposed of");
    const zeros = needingMemory(() =>
      encryptionsOfZero(this.#bench, this.#key, input.count, separator, seed),
    );
    await pace.done(0);
    return input.add(zeros.data, () => zerosUnderBigKey(zeros, this.#keySwitch), pace);
  }

  /** Frees the memory of the key switch, where there is one. */
  dispose(): void {
    this.#disposed = true;
    void this.#keySwitch?.heap.release();
    this.#keySwitch = null;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #inputOf(value: Randomizable): Input {
    if (value instanceof CompactCiphertextList) return this.#inputOfList(value);
    if (!(value instanceof Ciphertext)) {
      throw new TypeError(`expected a ciphertext or a CompactCiphertextList, not ${describe(value)}`);
    }
    return this.#inputOfCiphertext(value);
  }

  /** A ciphertext, of which the first blocks get new randomness: all of them unless their number is given. */
  #inputOfCiphertext(value: Ciphertext, count?: number): Input {
    const content = contentOfCiphertext(value, this.#parameters);
    for (const { noiseLevel } of content.blocks) {
      if (noiseLevel <= 1) continue;
      throw new MismatchError(
        `a block has noise level ${noiseLevel}; only results, and what is fresh, can be given`,
      );
    }
    const add: Input["add"] = async (_, zeros, pace) => {
      const rest = zeros();
      const blocks = [];
      for (const { lwe, degree } of content.blocks.slice(0, count)) {
        const zero = rest.next().value as BigUint64Array;
        blocks.push({ lwe: needingMemory(() => addElements(this.#bench, lwe, zero)), degree, noiseLevel: 1 });
        await pace.done(0);
        if (this.#disposed) throw new DisposedError("the re-randomizer has been disposed of");
      }
      rest.return();
      if (count !== undefined) blocks.push(...content.blocks.slice(count));
      return ciphertextOf({ ...content, blocks, reRandomizationMetadata: new Uint8Array(0) });
    };
    return {
      elements: content.blocks.map(({ lwe }) => lwe),
      metadata: content.reRandomizationMetadata,
      count: count ?? content.blocks.length,
      add,
    };
  }

  #inputOfList(list: CompactCiphertextList): Input {
    const content = compactListOf(list);
    const { ciphertexts } = content;
    const { lweDimension, messageModulus, carryModulus } = this.#key.encryption;
    expectEqual("message modulus of the list", content.messageModulus, messageModulus);
    expectEqual("carry modulus of the list", content.carryModulus, carryModulus);
    expectEqual("dimension of the list", ciphertexts.lweDimension, lweDimension);
    return {
      elements: [ciphertexts.data],
      metadata: new Uint8Array(0),
      count: ciphertexts.count,
      add: async (zeros) => {
        const data = needingMemory(() => addElements(this.#bench, ciphertexts.data, zeros));
        return listOf({ ...content, ciphertexts: { ...ciphertexts, data } });
      },
    };
  }
}

/** A value that is re-randomised. */
interface Input extends HashedInput {
  /** Number of its ciphertexts. */
  readonly count: number;
  /** Adds encryptions of zero: a compact list of them, or one by one under the big key. */
  readonly add: (
    data: BigUint64Array,
    zeros: () => Generator<BigUint64Array, void, void>,
    pace: Pace,
  ) => Promise<Randomizable>;
}

const NO_KEY =
  'the server key has no keys for re-randomisation: ClientKey.generate({ reRandomization: "derived" }) makes a client key of which they come';

const FROM_OPTIONS: OptionNames<ReRandomizerOptions> = { publicKey: true, onProgress: true, signal: true };
const CONTEXT: OptionNames<ReRandomizationContext> = {
  description: true,
  hash: true,
  seedSeparator: true,
  encryptionSeparator: true,
  onProgress: true,
  signal: true,
};

function checkContext(context: ReRandomizationContext) {
  const given = checkOptions(checkProgressOptions(context), CONTEXT);
  const description = new Uint8Array(checkBytes(given.description));
  return { ...checkHash(given, "TFHE_Rrd"), description, signal: given.signal };
}

const RANDOM: OptionNames<RandomReRandomization> = {
  seed: true,
  bits: true,
  hash: true,
  seedSeparator: true,
  encryptionSeparator: true,
  onProgress: true,
  signal: true,
};

/** How seeds are hashed and used, all filled in. */
function checkHash(
  given: Pick<ReRandomizationContext, "hash" | "seedSeparator" | "encryptionSeparator">,
  usual: string,
) {
  const { hash = "blake3", seedSeparator = usual, encryptionSeparator = "TFHE_Enc" } = given;
  if (hash !== "blake3" && hash !== "shake256") {
    throw new TypeError(`expected "blake3" or "shake256" as hash, not ${nameOf(hash)}`);
  }
  checkSeparator("seedSeparator", seedSeparator);
  checkSeparator("encryptionSeparator", encryptionSeparator);
  return { hash, seedSeparator, encryptionSeparator };
}

function expectEqual(what: string, found: number, expected: number): void {
  if (found !== expected) throw new MismatchError(`${what} is ${found}; the key has ${expected}`);
}
