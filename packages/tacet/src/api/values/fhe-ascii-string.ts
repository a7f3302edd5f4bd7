import { introduce, PERMIT } from "../../opaque.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../../parameters/sets.ts";
import type { DeserializeOptions } from "../../wire/safe-serialize.ts";
import type { ClientKey } from "../keys/client-key.ts";
import { readContent } from "./ciphertext.ts";
import { encryptText, FheText, trivialText } from "./fhe-text.ts";
import type { TextOptions } from "./text.ts";

/**
 * An encrypted text in ASCII, at rest. Its characters are those from 1 to 127; zeros may follow them, which hide how many
 * there are. (TFHE-rs: `FheAsciiString`.)
 */
export class FheAsciiString extends FheText {
  static {
    introduce(FheAsciiString, {
      name: "FheAsciiString",
      source: "FheAsciiString.encrypt(text, key) makes one, FheAsciiString.deserialize(bytes) reads one",
    });
  }

  get type(): "FheAsciiString" {
    return "FheAsciiString";
  }

  /**
   * Encrypts a text: 66 KB for each character at the default parameters. Its length is for everybody to see, unless zeros
   * that follow it hide it: `{ padding }` says how many, `{ size }` how many characters there are to be with them.
   *
   * @throws TypeError for what is no text, and for options that are none; RangeError for a character that is not in ASCII
   *   or 0, and for a text that does not fit.
   * @throws ParameterError if the blocks of the key's parameter set do not make up a character.
   */
  static encrypt(text: string, key: ClientKey, options?: TextOptions): FheAsciiString {
    return new FheAsciiString(PERMIT, encryptText("FheAsciiString", text, key, options));
  }

  /** A text in the form of a ciphertext, readable by anyone. Throws as `encrypt`. */
  static encryptTrivial(
    text: string,
    options?: TextOptions,
    parameters: ParameterSet = DEFAULT_PARAMETERS,
  ): FheAsciiString {
    return new FheAsciiString(PERMIT, trivialText("FheAsciiString", text, options, parameters));
  }

  /** Reads the bytes of a text. @throws DeserializationError if they are anything else. */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions): FheAsciiString {
    return new FheAsciiString(PERMIT, readContent("FheAsciiString", bytes, options));
  }
}
