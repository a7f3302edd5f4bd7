import { MismatchError, ParameterError } from "../../errors.ts";
import { anyDigit, lowerBits, type Sanitizer, truthValue } from "../../integer/unpack.ts";
import { needingMemory } from "../../memory.ts";
import { introduce, Opaque, PERMIT, type Permit } from "../../opaque.ts";
import { bigLweDimension, type ParameterSet } from "../../parameters/parameter-set.ts";
import { encryptCompact, expandCompactCiphertexts } from "../../scheme/public-key/compact-public-key.ts";
import { withSeededRandom } from "../../scheme/seeded-random.ts";
import type { CiphertextType } from "../../wire/core/types.ts";
import type { DeserializeOptions } from "../../wire/safe-serialize.ts";
import {
  deserializeCompactList,
  type SerializedCompactList,
  serializeCompactList,
} from "../../wire/values/compact-list.ts";
import {
  blocksOfKind,
  blocksOfKinds,
  CHARACTER_BITS,
  type DataKind,
  kindOfType,
  typeOfKind,
} from "../../wire/values/data-kind.ts";
import {
  benchOf,
  type CompactPublicKey,
  checkCompactPublicKey,
  compactKeyOf,
} from "../keys/compact-public-key.ts";
import type { Ciphertext } from "../values/ciphertext.ts";
import type { FheAsciiString } from "../values/fhe-ascii-string.ts";
import { characterDigits, type TextCodes, type TextOptions, textCodes } from "../values/text.ts";
import { checkBytes, copyBytes } from "../values/value.ts";
import { anyTypeName, digitsOf, type ValueType } from "../values/value-type.ts";

/** For the rest of the library: what a list holds, and the list that holds it. */
export let compactListOf: (list: CompactCiphertextList) => SerializedCompactList;
export let listOf: (content: SerializedCompactList) => CompactCiphertextList;

/**
 * Values encrypted under a `CompactPublicKey`, many in little more space than one: an `FheUint64` takes 16.6 KB, each
 * further one 272 bytes, or 144 if packed. A server expands a list before it computes with the values.
 */
export class CompactCiphertextList extends Opaque {
  readonly #list: SerializedCompactList;

  private constructor(permit: Permit, list: SerializedCompactList) {
    super(permit);
    this.#list = list;
  }

  static {
    introduce(CompactCiphertextList, {
      name: "CompactCiphertextList",
      noun: "a list of encrypted values",
      source:
        "CompactCiphertextList.builder(publicKey) begins one, CompactCiphertextList.deserialize(bytes) reads one",
      instead: "engine.expand(list) gives what to compute with",
    });
    compactListOf = (list) => list.#list;
    listOf = (content) => new CompactCiphertextList(PERMIT, content);
  }

  /** Begins a list. @throws TypeError if the key is no `CompactPublicKey`. */
  static builder(publicKey: CompactPublicKey): CompactCiphertextListBuilder {
    return new CompactCiphertextListBuilder(
      PERMIT,
      publicKey,
      (list) => new CompactCiphertextList(PERMIT, list),
    );
  }

  /**
   * Reads a list in the format of TFHE-rs's `CompactCiphertextList`.
   *
   * @throws DeserializationError if the bytes are not one.
   */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions): CompactCiphertextList {
    return new CompactCiphertextList(PERMIT, deserializeCompactList(checkBytes(bytes), options));
  }

  /** Number of values. */
  get length(): number {
    return this.#list.kinds.length;
  }

  /**
   * Number of blocks of all values, each of which takes memory of an engine that expands the list, 16 KB at the default
   * parameters; half as much if the list is packed.
   */
  get blockCount(): number {
    return blocksOfKinds(this.#list.kinds, this.#list.messageModulus);
  }

  /** The types of the values, in order; `null` for what Tacet has no type for. */
  get types(): (CiphertextType | null)[] {
    return this.#list.kinds.map((kind) => typeOfKind(kind, this.#list.messageModulus));
  }

  /** Whether each ciphertext holds two blocks, which a server takes apart. */
  get packed(): boolean {
    return this.#list.packed;
  }

  /** Whether a server has to switch the ciphertexts to other keys. */
  get requiresCasting(): boolean {
    return this.#list.requiresCasting;
  }

  /** A copy of the bytes that are attached to the values in the open: those of the key. */
  get tag(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#list.tag);
  }

  /** The bytes of the list, as TFHE-rs's `safe_serialize` writes them. */
  serialize(): Uint8Array<ArrayBuffer> {
    return serializeCompactList(this.#list);
  }
}

/** What separates these seeds from others in TFHE-rs. */
const DOMAIN_SEPARATOR = "TFHE_Enc";
const SHORTEST_SEED = 16;

/** Collects the values of a list, in the clear until it is built. It can be built more than once. */
export class CompactCiphertextListBuilder extends Opaque {
  readonly #key: CompactPublicKey;
  readonly #digits: number[] = [];
  readonly #kinds: DataKind[] = [];
  readonly #create: (list: SerializedCompactList) => CompactCiphertextList;

  static {
    introduce(CompactCiphertextListBuilder, {
      name: "CompactCiphertextListBuilder",
      noun: "a list that is being built",
      source: "CompactCiphertextList.builder(publicKey) gives one",
      instead: "build() or buildPacked() gives the list",
      written: "build() gives the list, whose serialize() gives its bytes",
    });
  }

  /** @internal */
  constructor(
    permit: Permit,
    publicKey: CompactPublicKey,
    create: (list: SerializedCompactList) => CompactCiphertextList,
  ) {
    super(permit);
    this.#key = checkCompactPublicKey(publicKey);
    this.#create = create;
  }

  /**
   * Adds a value: `builder.push(FheUint8, 7).push(FheBool, true)`. A text may be followed by zeros:
   * `builder.push(FheAsciiString, "abc", { size: 20 })`.
   *
   * @throws TypeError for what is no value of the type, RangeError for one that does not fit.
   * @throws ParameterError if the key's blocks do not make up the type's width.
   */
  push(type: typeof FheAsciiString, value: string, options?: TextOptions): this;
  push<V, C extends Ciphertext>(type: ValueType<V, C>, value: NoInfer<V>): this;
  push(type: ValueType<never, Ciphertext>, value: unknown, options?: TextOptions): this {
    const name = anyTypeName(type);
    const { messageModulus } = this.#key.parameters;
    if (name === "FheAsciiString") return this.#pushText(textCodes(value as string, options), messageModulus);
    if (name === "FheUtf8String") {
      throw new TypeError("lists do not hold texts in UTF-8: their characters have seven bits");
    }
    const digits = digitsOf(name, value, messageModulus);
    return this.#add(digits, kindOfType(name, digits.length, messageModulus));
  }

  #pushText({ codes, padded }: TextCodes, messageModulus: number): this {
    const digits = characterDigits(codes, messageModulus);
    const kind = kindOfType("FheAsciiString", digits.length, messageModulus, padded);
    if (typeOfKind(kind, messageModulus) === null) {
      throw new ParameterError(`lists of blocks of ${Math.log2(messageModulus)} message bits have no text`);
    }
    return this.#add(digits, kind);
  }

  #add(digits: readonly number[], kind: DataKind): this {
    for (const digit of digits) this.#digits.push(digit);
    this.#kinds.push(kind);
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
   * @throws TypeError if the seed is no bytes, RangeError if it is too short, as rejections.
   */
  async buildPackedSeeded(seed: Uint8Array): Promise<CompactCiphertextList> {
    if (checkBytes(seed).length < SHORTEST_SEED) {
      throw new RangeError(`seed of ${seed.length} bytes; expected ${SHORTEST_SEED} or more`);
    }
    return this.#build(true, copyBytes(seed));
  }

  /** @param seed is wiped. */
  async #build(packed: boolean, seed?: Uint8Array): Promise<CompactCiphertextList> {
    try {
      const key = compactKeyOf(this.#key);
      const { messageModulus, carryModulus, requiresCasting, name } = key.encryption;
      if (packed && carryModulus < messageModulus)
        throw new ParameterError(`${name} has no room for packed blocks`);
      const digits = packed ? inPairs(this.#digits, messageModulus) : [...this.#digits];
      const kinds = [...this.#kinds];
      const bench = await benchOf(key.encryption);
      const ciphertexts = needingMemory(() =>
        seed
          ? withSeededRandom(bench, DOMAIN_SEPARATOR, seed, (random) =>
              encryptCompact(bench, key, digits, random),
            )
          : encryptCompact(bench, key, digits),
      );
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
      seed?.fill(0);
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

/** What an engine takes in of a list. */
export interface ListContent {
  /** Number of ciphertexts. */
  readonly count: number;
  readonly lweDimension: number;
  /** The masks that they are made from. */
  readonly masks: BigUint64Array;
  /** LWE ciphertexts, mask and body, one after the other: each is valid until the next. */
  readonly ciphertexts: Generator<BigUint64Array>;
  /** For each digit of the values, in order, how it is made valid. */
  readonly sanitizers: readonly Sanitizer[];
  readonly packed: boolean;
  readonly requiresCasting: boolean;
}

/**
 * For the rest of the library: what a list holds, if it is one of a parameter set.
 *
 * @throws MismatchError if it is not.
 */
export function conformingList(list: CompactCiphertextList, parameters: ParameterSet): ListContent {
  const content = compactListOf(list);
  const { ciphertexts, packed, requiresCasting, messageModulus, carryModulus } = content;
  const expect = (what: string, found: number, expected: number): void => {
    if (found === expected) return;
    throw new MismatchError(`${what} of the list is ${found}; ${parameters.name} has ${expected}`);
  };
  expect("message modulus", messageModulus, parameters.messageModulus);
  expect("carry modulus", carryModulus, parameters.carryModulus);
  if (!requiresCasting) expect("LWE dimension", ciphertexts.lweDimension, bigLweDimension(parameters));
  const { count, lweDimension } = ciphertexts;
  return {
    count,
    lweDimension,
    masks: ciphertexts.data,
    ciphertexts: expandCompactCiphertexts(ciphertexts, new BigUint64Array(lweDimension + 1)),
    sanitizers: sanitizersOf(content),
    packed,
    requiresCasting,
  };
}

/** For each digit of a list, in order, how a server makes it valid. */
export function sanitizersOf({
  kinds,
  messageModulus,
}: Pick<SerializedCompactList, "kinds" | "messageModulus">): Sanitizer[] {
  return kinds.flatMap((data) => {
    const digits = blocksOfKind(data, messageModulus);
    const sanitizers = new Array<Sanitizer>(digits).fill(data.kind === "boolean" ? truthValue : anyDigit);
    if (data.kind === "string" && CHARACTER_BITS % Math.log2(messageModulus) !== 0) {
      const last = lowerBits(CHARACTER_BITS % Math.log2(messageModulus));
      const step = digits / data.value.characters;
      for (let i = step - 1; i < digits; i += step) sanitizers[i] = last;
    }
    return sanitizers;
  });
}
