import { type ParameterSet, validateParameters } from "../parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../parameters/sets.ts";
import type { SerializedCiphertext } from "../wire/ciphertext.ts";
import type { DeserializeOptions } from "../wire/safe-serialize.ts";
import { Ciphertext, contentOf, encryptBlocks, readContent, trivialBlocks } from "./ciphertext.ts";
import type { ClientKey } from "./client-key.ts";
import { checkBoolean } from "./value.ts";

/** An encrypted truth value, at rest. */
export class FheBool extends Ciphertext {
  /** @internal */
  constructor(content: SerializedCiphertext) {
    super(content);
  }

  /** Encrypts a truth value. @throws TypeError if it is no boolean. */
  static encrypt(value: boolean, key: ClientKey): FheBool {
    const blocks = encryptBlocks([Number(checkBoolean(value))], 1, key);
    return new FheBool(contentOf("FheBool", blocks, key.parameters, key.tag));
  }

  /** A truth value in the form of a ciphertext, readable by anyone. @throws TypeError if it is no boolean. */
  static encryptTrivial(value: boolean, parameters: ParameterSet = DEFAULT_PARAMETERS): FheBool {
    validateParameters(parameters);
    const blocks = trivialBlocks([Number(checkBoolean(value))], parameters);
    return new FheBool(contentOf("FheBool", blocks, parameters));
  }

  /** Reads the bytes of a truth value. @throws DeserializationError if they are anything else. */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions): FheBool {
    return new FheBool(readContent("FheBool", bytes, options));
  }

  /**
   * Decrypts with the key that the value was encrypted with, or whose server key computed it.
   *
   * @throws MismatchError if the key has other parameters than the ciphertext.
   */
  decrypt(key: ClientKey): boolean {
    return this.decryptBlocks(key)[0] !== 0;
  }
}
