import { introduce, PERMIT } from "../../opaque.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../../parameters/sets.ts";
import type { DeserializeOptions } from "../../wire/safe-serialize.ts";
import type { ClientKey } from "../keys/client-key.ts";
import { readContent } from "./ciphertext.ts";
import { encryptText, FheText, trivialText } from "./fhe-text.ts";
import type { TextOptions } from "./text.ts";

/**
 * An encrypted text in Unicode, at rest, as the bytes of UTF-8: characters beyond ASCII are two to four of them, and sizes,
 * lengths and positions count bytes. What is right on bytes is right on texts: comparison, which is that of code points,
 * search, concatenation, replacement. Upper and lower case are those of the letters from A to Z alone.
 *
 * Its bytes are those of an `FheAsciiString`, which TFHE-rs decrypts as well. Lists, whose characters have seven bits, do not
 * hold it.
 */
export class FheUtf8String extends FheText {
  static {
    introduce(FheUtf8String, {
      name: "FheUtf8String",
      source: "FheUtf8String.encrypt(text, key) makes one, FheUtf8String.deserialize(bytes) reads one",
    });
  }

  get type(): "FheUtf8String" {
    return "FheUtf8String";
  }

  /**
   * Encrypts a text: 66 KB for each byte at the default parameters; `{ padding }` and `{ size }` count bytes, see
   * `FheAsciiString.encrypt`.
   *
   * @throws TypeError for what is no text, and for options that are none; RangeError for half of a surrogate pair or the
   *   character 0, and for a text that does not fit.
   * @throws ParameterError if the blocks of the key's parameter set do not make up a byte.
   */
  static encrypt(text: string, key: ClientKey, options?: TextOptions): FheUtf8String {
    return new FheUtf8String(PERMIT, encryptText("FheUtf8String", text, key, options));
  }

  /** A text in the form of a ciphertext, readable by anyone. Throws as `encrypt`. */
  static encryptTrivial(
    text: string,
    options?: TextOptions,
    parameters: ParameterSet = DEFAULT_PARAMETERS,
  ): FheUtf8String {
    return new FheUtf8String(PERMIT, trivialText("FheUtf8String", text, options, parameters));
  }

  /** Reads the bytes of a text. @throws DeserializationError if they are anything else. */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions): FheUtf8String {
    return new FheUtf8String(PERMIT, readContent("FheUtf8String", bytes, options));
  }
}
