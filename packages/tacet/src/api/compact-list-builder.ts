import { ParameterError } from "../errors.ts";
import { encryptCompact } from "../scheme/public-key/compact-public-key.ts";
import { withSeededRandom } from "../scheme/seeded-random.ts";
import { SHAPES } from "../wire/core/types.ts";
import type { DataKind, SerializedCompactList } from "../wire/values/compact-list.ts";
import type { Ciphertext } from "./ciphertext.ts";
import type { CompactCiphertextList } from "./compact-list.ts";
import { benchOf, type CompactPublicKey, checkCompactPublicKey, compactKeyOf } from "./compact-public-key.ts";
import { checkBytes } from "./value.ts";
import { digitsOf, typeName, type ValueType } from "./value-type.ts";

/** What separates these seeds from others in TFHE-rs. */
const DOMAIN_SEPARATOR = "TFHE_Enc";
const SHORTEST_SEED = 16;

/** Collects the values of a list, in the clear until it is built. It can be built more than once. */
export class CompactCiphertextListBuilder {
  readonly #key: CompactPublicKey;
  readonly #digits: number[] = [];
  readonly #kinds: DataKind[] = [];
  readonly #create: (list: SerializedCompactList) => CompactCiphertextList;

  /** @internal */
  constructor(publicKey: CompactPublicKey, create: (list: SerializedCompactList) => CompactCiphertextList) {
    this.#key = checkCompactPublicKey(publicKey);
    this.#create = create;
  }

  /**
   * Adds a value: `builder.push(FheUint8, 7).push(FheBool, true)`.
   *
   * @throws TypeError for what is no value of the type, RangeError for one that does not fit.
   * @throws ParameterError if the key's blocks do not make up the type's width.
   */
  push<V, C extends Ciphertext>(type: ValueType<V, C>, value: NoInfer<V>): this {
    const name = typeName(type);
    const digits = digitsOf(name, value, this.#key.parameters.messageModulus);
    const { kind } = SHAPES[name];
    this.#digits.push(...digits);
    this.#kinds.push(kind === "boolean" ? { kind, value: null } : { kind, value: digits.length });
    return this;
  }

  /** Encrypts the values, a block in each ciphertext. */
  build(): Promise<CompactCiphertextList> {
    return this.#build(false);
  }

  /**
   * Encrypts the values, two blocks in each ciphertext.
   *
   * @throws ParameterError if the carry of a block has no room for a second one.
   */
  buildPacked(): Promise<CompactCiphertextList> {
    return this.#build(true);
  }

  /**
   * The same with all randomness from a seed: the same key, values and seed give the same list, and just that which
   * TFHE-rs's `build_packed_seeded` gives. The seed is as secret as the values, and must be used for one list only.
   *
   * @param seed 16 or more bytes from a cryptographic generator.
   * @throws TypeError if the seed is no bytes, RangeError if it is too short.
   */
  buildPackedSeeded(seed: Uint8Array): Promise<CompactCiphertextList> {
    return this.#build(true, seed);
  }

  async #build(packed: boolean, seed?: Uint8Array): Promise<CompactCiphertextList> {
    const key = compactKeyOf(this.#key);
    const { messageModulus, carryModulus, requiresCasting, name } = key.encryption;
    if (packed && carryModulus < messageModulus)
      throw new ParameterError(`${name} has no room for packed blocks`);
    if (seed !== undefined && checkBytes(seed).length < SHORTEST_SEED) {
      throw new RangeError(`seed of ${seed.length} bytes; expected ${SHORTEST_SEED} or more`);
    }
    const ownSeed = seed?.slice();
    try {
      const digits = packed ? inPairs(this.#digits, messageModulus) : [...this.#digits];
      const kinds = [...this.#kinds];
      const bench = await benchOf(key.encryption);
      const ciphertexts = ownSeed
        ? withSeededRandom(bench, DOMAIN_SEPARATOR, ownSeed, (random) =>
            encryptCompact(bench, key, digits, random),
          )
        : encryptCompact(bench, key, digits);
      return this.#create({
        ciphertexts,
        messageModulus,
        carryModulus,
        packed,
        requiresCasting,
        kinds,
        tag: key.tag,
      });
    } finally {
      ownSeed?.fill(0);
    }
  }
}

/** Two digits in one; the last stands alone if their number is odd. */
function inPairs(digits: readonly number[], messageModulus: number): number[] {
  return Array.from(
    { length: Math.ceil(digits.length / 2) },
    (_, i) => digits[2 * i] + messageModulus * (digits[2 * i + 1] ?? 0),
  );
}
