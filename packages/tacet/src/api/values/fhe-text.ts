import { introduce, type Permit } from "../../opaque.ts";
import { checkParameterObject } from "../../options.ts";
import { type ParameterSet, validateParameters } from "../../parameters/parameter-set.ts";
import type { TextType } from "../../wire/core/types.ts";
import type { SerializedCiphertext } from "../../wire/values/ciphertext.ts";
import { type ClientKey, checkClientKey } from "../keys/client-key.ts";
import { Ciphertext, contentOf, encryptBlocks, trivialBlocks } from "./ciphertext.ts";
import { blocksPerCharacter, characterDigits, type TextOptions, textCodes, textOf } from "./text.ts";

/** An encrypted text, at rest. Zeros may follow its characters, which hide how many there are. */
export abstract class FheText extends Ciphertext {
  readonly #padded: boolean;
  readonly #size: number;

  static {
    introduce(FheText, {
      name: "FheText",
      noun: "an encrypted text",
      source: "FheAsciiString.encrypt(text, key) makes one, and so does FheUtf8String.encrypt(text, key)",
    });
  }

  /** @internal */
  constructor(permit: Permit, content: SerializedCiphertext) {
    super(permit, content);
    const { blocks, padded = false } = content;
    this.#padded = padded;
    this.#size = blocks.length === 0 ? 0 : blocks.length / blocksPerCharacter(content);
  }

  abstract override get type(): TextType;

  /** Number of characters, or of bytes of UTF-8, with the zeros that hide how long the text is. */
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
   *   characters beyond ASCII, or bytes that are not UTF-8.
   */
  decrypt(key: ClientKey): string {
    return textOf(this.decryptBlocks(key), key.parameters.messageModulus, this.#padded, this.type);
  }

  /** Reads a text that hides nothing (`isTrivial`). @throws MismatchError for any other. */
  decryptTrivial(): string {
    const { digits, messageModulus } = this.trivialBlocks();
    return textOf(digits, messageModulus, this.#padded, this.type);
  }
}

/** The content of an encrypted text. Throws as `FheAsciiString.encrypt`. */
export function encryptText(
  type: TextType,
  text: string,
  key: ClientKey,
  options?: TextOptions,
): SerializedCiphertext {
  const { codes, padded } = textCodes(text, options, type);
  const { parameters } = checkClientKey(key);
  const digits = characterDigits(codes, parameters.messageModulus);
  const blocks = encryptBlocks(digits, parameters.messageModulus - 1, key);
  return { ...contentOf(type, blocks, parameters, key.tag), padded };
}

/** The content of a text that hides nothing. Throws as `FheAsciiString.encryptTrivial`. */
export function trivialText(
  type: TextType,
  text: string,
  options: TextOptions | undefined,
  parameters: ParameterSet,
): SerializedCiphertext {
  const { codes, padded } = textCodes(text, options, type);
  validateParameters(checkParameterObject("parameters", parameters));
  const digits = characterDigits(codes, parameters.messageModulus);
  return { ...contentOf(type, trivialBlocks(digits, parameters), parameters), padded };
}
