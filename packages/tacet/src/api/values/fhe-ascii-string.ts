import { introduce, PERMIT, type Permit } from "../../opaque.ts";
import { checkParameterObject } from "../../options.ts";
import { type ParameterSet, validateParameters } from "../../parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../../parameters/sets.ts";
import type { DeserializeOptions } from "../../wire/safe-serialize.ts";
import type { SerializedCiphertext } from "../../wire/values/ciphertext.ts";
import { type ClientKey, checkClientKey } from "../keys/client-key.ts";
import { Ciphertext, contentOf, encryptBlocks, readContent, trivialBlocks } from "./ciphertext.ts";
import {
  blocksPerCharacter,
  characterDigits,
  type TextCodes,
  type TextOptions,
  textCodes,
  textOf,
} from "./text.ts";

/**
 * An encrypted text in ASCII, at rest. Its characters are those from 1 to 127; zeros may follow them, which hide how many
 * there are. (TFHE-rs: `FheAsciiString`.)
 */
export class FheAsciiString extends Ciphertext {
  readonly #padded: boolean;
  readonly #size: number;

  static {
    introduce(FheAsciiString, {
      name: "FheAsciiString",
      noun: "an encrypted text",
      source: "FheAsciiString.encrypt(text, key) makes one, FheAsciiString.deserialize(bytes) reads one",
    });
  }

  /** @internal */
  constructor(permit: Permit, content: SerializedCiphertext) {
    super(permit, content);
    const { blocks, padded = false } = content;
    this.#padded = padded;
    this.#size = blocks.length === 0 ? 0 : blocks.length / blocksPerCharacter(content);
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
    const codes = textCodes(text, options);
    const { parameters } = checkClientKey(key);
    const digits = characterDigits(codes.codes, parameters.messageModulus);
    return created(
      codes,
      contentOf(
        "FheAsciiString",
        encryptBlocks(digits, parameters.messageModulus - 1, key),
        parameters,
        key.tag,
      ),
    );
  }

  /** A text in the form of a ciphertext, readable by anyone. Throws as `encrypt`. */
  static encryptTrivial(
    text: string,
    options?: TextOptions,
    parameters: ParameterSet = DEFAULT_PARAMETERS,
  ): FheAsciiString {
    const codes = textCodes(text, options);
    validateParameters(checkParameterObject("parameters", parameters));
    const digits = characterDigits(codes.codes, parameters.messageModulus);
    return created(codes, contentOf("FheAsciiString", trivialBlocks(digits, parameters), parameters));
  }

  /** Reads the bytes of a text. @throws DeserializationError if they are anything else. */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions): FheAsciiString {
    return new FheAsciiString(PERMIT, readContent("FheAsciiString", bytes, options));
  }

  /** Number of characters, with the zeros that hide how long the text is. */
  get size(): number {
    return this.#size;
  }

  /** Whether zeros may follow the text. */
  get padded(): boolean {
    return this.#padded;
  }

  /**
   * Decrypts with the key that the text was encrypted with, or whose server key computed it.
   *
   * @throws MismatchError if the key has other parameters than the ciphertext, or what it gives is no text: zeros in it,
   *   or characters beyond ASCII.
   */
  decrypt(key: ClientKey): string {
    return textOf(this.decryptBlocks(key), key.parameters.messageModulus, this.#padded);
  }

  /** Reads a text that hides nothing (`isTrivial`). @throws MismatchError for any other. */
  decryptTrivial(): string {
    const { digits, messageModulus } = this.trivialBlocks();
    return textOf(digits, messageModulus, this.#padded);
  }
}

function created({ padded }: TextCodes, content: SerializedCiphertext): FheAsciiString {
  return new FheAsciiString(PERMIT, { ...content, padded });
}
