import { DeserializationError } from "../../errors.ts";
import { introduce, Opaque, PERMIT, type Permit } from "../../opaque.ts";
import { bigLweDimension, type ParameterSet } from "../../parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../../parameters/sets.ts";
import { Pace } from "../../progress.ts";
import { encode } from "../../scheme/lwe/encoding.ts";
import { encryptSeededLwe, expandLwe } from "../../scheme/lwe/seeded-lwe.ts";
import { Workbench } from "../../scheme/workbench.ts";
import type { Block, SeededBlock } from "../../wire/core/block.ts";
import type { CiphertextType } from "../../wire/core/types.ts";
import { checkDeserializeOptions, type DeserializeOptions } from "../../wire/safe-serialize.ts";
import type { SerializedCiphertext } from "../../wire/values/ciphertext.ts";
import {
  type CompressedBlocks,
  checkCompressedConformance,
  deserializeCompressedCiphertext,
  type SerializedCompressedCiphertext,
  serializeCompressedCiphertext,
} from "../../wire/values/compressed-ciphertext.ts";
import { type ClientKey, checkClientKey, secretOf } from "../keys/client-key.ts";
import type { Ciphertext } from "./ciphertext.ts";
import { checkBytes, copyBytes } from "./value.ts";

/**
 * For the rest of the library: what a compressed ciphertext holds, if it is one of a parameter set.
 *
 * @throws MismatchError if it is not.
 */
export let conformingContent: (
  compressed: CompressedCiphertext<Ciphertext>,
  parameters: ParameterSet,
) => CompressedBlocks;

/** The largest type, `FheUint2048` under the set of three message bits, takes 45 MB. */
const EXPANDED_LIMIT = 2 ** 26;

/**
 * An encrypted value in the compressed form that travels. Ciphertexts that clients compress are seeded: some 200 bytes
 * in place of 16 KB for each block at the default parameters. Those that servers compress are modulus-switched, 0.8 KB
 * for each block, and take a server key to expand. `Engine.load` takes both.
 */
export class CompressedCiphertext<C extends Ciphertext> extends Opaque {
  readonly #content: SerializedCompressedCiphertext;
  readonly #create: (content: SerializedCiphertext) => C;

  static {
    introduce(CompressedCiphertext, {
      name: "CompressedCiphertext",
      noun: "a compressed encrypted value",
      source: "encryptCompressed and deserializeCompressed of a type give one, and compress() of a handle",
      instead: "engine.load(x) gives what to compute with",
    });
    conformingContent = (compressed, parameters) => {
      checkCompressedConformance(compressed.#content, parameters);
      return compressed.#content.content;
    };
  }

  /** @internal */
  constructor(
    permit: Permit,
    content: SerializedCompressedCiphertext,
    create: (content: SerializedCiphertext) => C,
  ) {
    super(permit);
    this.#content = content;
    this.#create = create;
  }

  /** The name of the value's type. */
  get type(): CiphertextType {
    return this.#content.type;
  }

  /** How it is compressed. */
  get form(): "seeded" | "switched" {
    return this.#content.content.form;
  }

  /** A copy of the bytes that are attached to the value in the open. */
  get tag(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#content.tag);
  }

  /** The same ciphertext with other bytes attached. @throws TypeError for what are no bytes. */
  withTag(tag: Uint8Array): CompressedCiphertext<C> {
    return new CompressedCiphertext(PERMIT, { ...this.#content, tag: copyBytes(tag) }, this.#create);
  }

  /** The bytes of the ciphertext, as TFHE-rs's `safe_serialize` writes them. */
  serialize(): Uint8Array<ArrayBuffer> {
    return serializeCompressedCiphertext(this.#content);
  }

  /**
   * Expands a seeded ciphertext, to no more than `sizeLimit` bytes: 64 MB unless given, which is enough for every type.
   *
   * @throws TypeError for one that is modulus-switched: it takes a server key, in `Engine.load`; DeserializationError
   *   if it would expand to more bytes than the limit. Both as rejections.
   */
  async decompress(options: DeserializeOptions = {}): Promise<C> {
    const { sizeLimit } = checkDeserializeOptions(options, EXPANDED_LIMIT);
    const { type, content, messageModulus, carryModulus, tag } = this.#content;
    if (content.form !== "seeded") {
      throw new TypeError(
        "a modulus-switched ciphertext takes a server key to expand; load it into an engine",
      );
    }
    const size = content.blocks.reduce((sum, { lwe }) => sum + 8 * lwe.lweSize, 0);
    if (!(size <= sizeLimit)) {
      throw new DeserializationError(`the ciphertext expands to ${size} bytes; the limit is ${sizeLimit}`, 0);
    }
    const { kernel, heap } = await Workbench.for(DEFAULT_PARAMETERS.polynomialSize);
    const pace = new Pace({});
    const blocks: Block[] = [];
    for (const { lwe, degree, noiseLevel } of content.blocks) {
      blocks.push({ lwe: expandLwe(kernel, heap, lwe, lwe.lweSize - 1), degree, noiseLevel });
      await pace.done(0);
    }
    const reRandomizationMetadata = new Uint8Array(0);
    return this.#create({ type, messageModulus, carryModulus, blocks, tag, reRandomizationMetadata });
  }
}

/** Blocks that are encrypted in one piece: 4 ms at the default parameters. */
const BLOCKS_AT_ONCE = 128;

/** Encrypts small integers, each of at most `degree`, as the seeded blocks of a type under a client key. */
export async function encryptCompressed<C extends Ciphertext>(
  type: CiphertextType,
  digits: readonly number[],
  degree: number,
  key: ClientKey,
  create: (content: SerializedCiphertext) => C,
): Promise<CompressedCiphertext<C>> {
  checkClientKey(key);
  const bench = await Workbench.for(DEFAULT_PARAMETERS.polynomialSize);
  const { parameters, tag } = key;
  const { messageModulus, carryModulus, glweNoise } = parameters;
  const plaintexts = digits.map((digit) => encode(digit, parameters));
  const lweSize = bigLweDimension(parameters) + 1;
  const rest = { degree, noiseLevel: 1, messageModulus, carryModulus, atomicPattern: null };
  const pace = new Pace({});
  const blocks: SeededBlock[] = [];
  for (let first = 0; first < plaintexts.length; first += BLOCKS_AT_ONCE) {
    const some = plaintexts.slice(first, first + BLOCKS_AT_ONCE);
    // The key may have been wiped in the meantime.
    for (const seeded of encryptSeededLwe(bench, some, secretOf(key).glwe, glweNoise)) {
      blocks.push({ lwe: { ...seeded, lweSize, modulus: null }, ...rest });
    }
    await pace.done(0);
  }
  const content = { form: "seeded", blocks } as const;
  return new CompressedCiphertext(PERMIT, { type, messageModulus, carryModulus, content, tag }, create);
}

/**
 * Reads a compressed ciphertext's bytes.
 *
 * @throws TypeError for what are no bytes, DeserializationError for bytes that are not what they should be.
 */
export function readCompressed<C extends Ciphertext>(
  type: CiphertextType,
  bytes: Uint8Array,
  create: (content: SerializedCiphertext) => C,
  options: DeserializeOptions | undefined,
): CompressedCiphertext<C> {
  return new CompressedCiphertext(
    PERMIT,
    deserializeCompressedCiphertext(type, checkBytes(bytes), options),
    create,
  );
}
