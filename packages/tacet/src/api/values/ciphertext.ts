import { MismatchError } from "../../errors.ts";
import { introduce, Opaque, PERMIT, type Permit } from "../../opaque.ts";
import { bigLweDimension, type ParameterSet } from "../../parameters/parameter-set.ts";
import { decryptWords } from "../../scheme/lwe/decrypt.ts";
import { decode, decodeWord, encode, isTrivialLwe } from "../../scheme/lwe/encoding.ts";
import { encryptLwe, encryptTrivialLwe } from "../../scheme/lwe/lwe.ts";
import { Workbench } from "../../scheme/workbench.ts";
import type { CiphertextType } from "../../wire/core/types.ts";
import type { DeserializeOptions } from "../../wire/safe-serialize.ts";
import {
  type Block,
  checkConformance,
  deserializeCiphertext,
  type SerializedCiphertext,
  serializeCiphertext,
} from "../../wire/values/ciphertext.ts";
import { type ClientKey, checkClientKey, secretOf } from "../keys/client-key.ts";
import { checkBytes, copyBytes } from "./value.ts";

const NOTHING: Uint8Array = new Uint8Array(0);

/**
 * For the rest of the library: the blocks of a ciphertext, if it is one of a parameter set.
 *
 * @throws MismatchError if it is not.
 */
export let conformingBlocks: (ciphertext: Ciphertext, parameters: ParameterSet) => readonly Block[];

/**
 * For the rest of the library: all that a ciphertext holds, if it is one of a parameter set.
 *
 * @throws MismatchError if it is not.
 */
export let contentOfCiphertext: (ciphertext: Ciphertext, parameters: ParameterSet) => SerializedCiphertext;

/** An encrypted value at rest: what clients make and read, and what travels. It holds no key. */
export abstract class Ciphertext extends Opaque {
  readonly #content: SerializedCiphertext;

  static {
    introduce(Ciphertext, {
      name: "Ciphertext",
      noun: "an encrypted value",
      source: "encrypt and deserialize of a type, such as FheUint8 or FheBool, give one",
      instead: "engine.load(x) gives what to compute with, decrypt(clientKey) what is in it",
    });
    contentOfCiphertext = (ciphertext, parameters) => {
      checkConformance(ciphertext.#content, parameters);
      return ciphertext.#content;
    };
    conformingBlocks = (ciphertext, parameters) => contentOfCiphertext(ciphertext, parameters).blocks;
  }

  /**
   * Subclasses take their content alone.
   *
   * @internal
   */
  protected constructor(permit: Permit, content: SerializedCiphertext) {
    super(permit);
    this.#content = content;
  }

  /** The name of the value's type. */
  get type(): CiphertextType {
    return this.#content.type;
  }

  /**
   * A copy of the bytes that are attached to the value in the open: those of the key that it was encrypted or
   * computed with, unless `withTag` gave others.
   */
  get tag(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#content.tag);
  }

  /**
   * A copy of the bytes that go into the hash from which the ciphertext is re-randomised, in the open: none unless given,
   * here or by whoever wrote the ciphertext with TFHE-rs. (TFHE-rs: `ReRandomizationMetadata`.)
   */
  get reRandomizationMetadata(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#content.reRandomizationMetadata);
  }

  /**
   * Whether anybody can read the value, because it hides nothing: what `encryptTrivial` gives, and what servers made of
   * such values alone. (TFHE-rs: `is_trivial`.)
   */
  get isTrivial(): boolean {
    return this.#content.blocks.every(({ lwe }) => isTrivialLwe(lwe));
  }

  /** The same ciphertext with other bytes attached. @throws TypeError for what are no bytes. */
  withTag(tag: Uint8Array): this {
    return this.#with({ tag: copyBytes(tag) });
  }

  /** The same ciphertext with other bytes for re-randomisation. @throws TypeError for what are no bytes. */
  withReRandomizationMetadata(metadata: Uint8Array): this {
    return this.#with({ reRandomizationMetadata: copyBytes(metadata) });
  }

  #with(changes: Partial<SerializedCiphertext>): this {
    const Same = this.constructor as new (permit: Permit, content: SerializedCiphertext) => this;
    return new Same(PERMIT, { ...this.#content, ...changes });
  }

  /** The bytes of the ciphertext, as TFHE-rs's `safe_serialize` writes them. */
  serialize(): Uint8Array<ArrayBuffer> {
    return serializeCiphertext(this.#content);
  }

  /**
   * The integers in the blocks, least significant first.
   *
   * @internal
   */
  protected decryptBlocks(key: ClientKey): number[] {
    const { parameters, glwe } = secretOf(checkClientKey(key));
    const ciphertexts = conformingBlocks(this, parameters).map(({ lwe }) => lwe);
    const phases = decryptWords(Workbench.ready(parameters.polynomialSize), ciphertexts, glwe);
    return Array.from(phases, (phase) => decodeWord(phase, parameters));
  }

  /**
   * The integers in the blocks of what hides nothing, least significant first.
   *
   * @throws MismatchError if it does.
   * @internal
   */
  protected trivialBlocks(): { readonly digits: number[]; readonly messageModulus: number } {
    if (!this.isTrivial)
      throw new MismatchError("the ciphertext is not trivial: it takes a client key to decrypt");
    const { blocks, messageModulus } = this.#content;
    return { digits: blocks.map(({ lwe }) => decode(lwe[lwe.length - 1], this.#content)), messageModulus };
  }
}

/** What a ciphertext holds around blocks made under a parameter set. */
export function contentOf(
  type: CiphertextType,
  blocks: readonly Block[],
  parameters: ParameterSet,
  tag: Uint8Array = NOTHING,
): SerializedCiphertext {
  const { messageModulus, carryModulus } = parameters;
  return { type, messageModulus, carryModulus, blocks, tag, reRandomizationMetadata: NOTHING };
}

/** Encrypts small integers, each of at most `degree`, as blocks under a client key. */
export function encryptBlocks(digits: readonly number[], degree: number, key: ClientKey): Block[] {
  const { parameters, glwe } = secretOf(checkClientKey(key));
  return digits.map((digit) => {
    const lwe = new BigUint64Array(bigLweDimension(parameters) + 1);
    encryptLwe(encode(digit, parameters), glwe, parameters.glweNoise, lwe);
    return { lwe, degree, noiseLevel: 1 };
  });
}

/** Blocks that hold small integers in the open. */
export function trivialBlocks(digits: readonly number[], parameters: ParameterSet): Block[] {
  return digits.map((digit) => {
    const lwe = new BigUint64Array(bigLweDimension(parameters) + 1);
    encryptTrivialLwe(encode(digit, parameters), lwe);
    return { lwe, degree: digit, noiseLevel: 0 };
  });
}

/**
 * Reads a ciphertext's bytes.
 *
 * @throws TypeError for what are no bytes, DeserializationError for bytes that are not what they should be.
 */
export function readContent(
  type: CiphertextType,
  bytes: Uint8Array,
  options: DeserializeOptions | undefined,
): SerializedCiphertext {
  return deserializeCiphertext(type, checkBytes(bytes), options);
}
