import { introduce, PERMIT, type Permit } from "../../opaque.ts";
import { checkParameterObject } from "../../options.ts";
import { type ParameterSet, validateParameters } from "../../parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../../parameters/sets.ts";
import type { DeserializeOptions } from "../../wire/safe-serialize.ts";
import type { SerializedCiphertext } from "../../wire/values/ciphertext.ts";
import type { ClientKey } from "../keys/client-key.ts";
import { Ciphertext, contentOf, encryptBlocks, readContent, trivialBlocks } from "./ciphertext.ts";
import { type CompressedCiphertext, encryptCompressed, readCompressed } from "./compressed-ciphertext.ts";
import { checkBoolean } from "./value.ts";

const create = (content: SerializedCiphertext): FheBool => new FheBool(PERMIT, content);

/** An encrypted truth value, at rest. */
export class FheBool extends Ciphertext {
  static {
    introduce(FheBool, {
      name: "FheBool",
      noun: "an encrypted boolean",
      source: "FheBool.encrypt(value, key) makes one, FheBool.deserialize(bytes) reads one",
    });
  }

  /** @internal */
  constructor(permit: Permit, content: SerializedCiphertext) {
    super(permit, content);
  }

  /** Encrypts a truth value. @throws TypeError if it is no boolean. */
  static encrypt(value: boolean, key: ClientKey): FheBool {
    const blocks = encryptBlocks([Number(checkBoolean(value))], 1, key);
    return new FheBool(PERMIT, contentOf("FheBool", blocks, key.parameters, key.tag));
  }

  /** A truth value in the form of a ciphertext, readable by anyone. @throws TypeError if it is no boolean. */
  static encryptTrivial(value: boolean, parameters: ParameterSet = DEFAULT_PARAMETERS): FheBool {
    validateParameters(checkParameterObject("parameters", parameters));
    const blocks = trivialBlocks([Number(checkBoolean(value))], parameters);
    return new FheBool(PERMIT, contentOf("FheBool", blocks, parameters));
  }

  /** Encrypts a truth value in compressed form. @throws TypeError if it is no boolean, as a rejection. */
  static async encryptCompressed(value: boolean, key: ClientKey): Promise<CompressedCiphertext<FheBool>> {
    return encryptCompressed("FheBool", [Number(checkBoolean(value))], 1, key, create);
  }

  /** Reads the bytes of a truth value. @throws DeserializationError if they are anything else. */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions): FheBool {
    return new FheBool(PERMIT, readContent("FheBool", bytes, options));
  }

  /** Reads the bytes of a compressed truth value. @throws DeserializationError if they are anything else. */
  static deserializeCompressed(
    bytes: Uint8Array,
    options?: DeserializeOptions,
  ): CompressedCiphertext<FheBool> {
    return readCompressed("FheBool", bytes, create, options);
  }

  /**
   * Decrypts with the key that the value was encrypted with, or whose server key computed it.
   *
   * @throws MismatchError if the key has other parameters than the ciphertext.
   */
  decrypt(key: ClientKey): boolean {
    return this.decryptBlocks(key)[0] !== 0;
  }

  /** Reads a value that hides nothing (`isTrivial`). @throws MismatchError for any other. */
  decryptTrivial(): boolean {
    return this.trivialBlocks().digits[0] !== 0;
  }
}
