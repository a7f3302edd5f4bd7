import { messageBits, type ParameterSet, validateParameters } from "../parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../parameters/sets.ts";
import type { CiphertextType, SerializedCiphertext } from "../wire/ciphertext.ts";
import type { DeserializeOptions } from "../wire/safe-serialize.ts";
import { Ciphertext, contentOf, encryptBlocks, readContent, trivialBlocks } from "./ciphertext.ts";
import { type ClientKey, checkClientKey } from "./client-key.ts";
import {
  blockCount,
  type Clear,
  checkInteger,
  describe,
  type Integer,
  toClear,
  type Width,
} from "./value.ts";

/** An encrypted unsigned integer of `W` bits, at rest. */
export class FheUint<W extends Width> extends Ciphertext {
  readonly width: W;

  /** @internal */
  constructor(width: W, content: SerializedCiphertext) {
    super(content);
    this.width = width;
  }

  /**
   * Decrypts with the key that the integer was encrypted with, or whose server key computed it. Another key of
   * the same parameters gives a meaningless value.
   *
   * @throws MismatchError if the key has other parameters than the ciphertext.
   */
  decrypt(key: ClientKey): Clear<W> {
    const digits = this.decryptBlocks(key);
    const bits = this.width / digits.length;
    const value = digits.reduceRight((sum, digit) => (sum << BigInt(bits)) + BigInt(digit), 0n);
    return toClear(BigInt.asUintN(this.width, value), this.width);
  }
}

/** The maker of one type of encrypted integers. */
export interface FheUintType<W extends Width> {
  readonly name: CiphertextType;
  readonly width: W;

  /**
   * Encrypts an integer.
   *
   * @throws TypeError for what is no number or bigint, RangeError for one that is fractional or does not fit.
   */
  encrypt(value: Integer, key: ClientKey): FheUint<W>;

  /**
   * An integer in the form of a ciphertext, readable by anyone.
   *
   * @throws TypeError, RangeError as `encrypt`.
   */
  encryptTrivial(value: Integer, parameters?: ParameterSet): FheUint<W>;

  /**
   * Reads the bytes of a ciphertext of this type.
   *
   * @throws DeserializationError if they are anything else.
   */
  deserialize(bytes: Uint8Array, options?: DeserializeOptions): FheUint<W>;
}

function fheUintType<W extends Width>(name: CiphertextType, width: W): FheUintType<W> {
  const digitsOf = (value: Integer, parameters: ParameterSet): number[] => {
    let rest = checkInteger(value, width);
    const bits = BigInt(messageBits(parameters));
    return Array.from({ length: blockCount(width, parameters) }, () => {
      const digit = BigInt.asUintN(Number(bits), rest);
      rest >>= bits;
      return Number(digit);
    });
  };
  return Object.freeze({
    name,
    width,
    encrypt(value: Integer, key: ClientKey): FheUint<W> {
      const { parameters } = checkClientKey(key);
      const blocks = encryptBlocks(digitsOf(value, parameters), parameters.messageModulus - 1, key);
      return new FheUint(width, contentOf(name, blocks, parameters));
    },
    encryptTrivial(value: Integer, parameters: ParameterSet = DEFAULT_PARAMETERS): FheUint<W> {
      validateParameters(parameters);
      const blocks = trivialBlocks(digitsOf(value, parameters), parameters);
      return new FheUint(width, contentOf(name, blocks, parameters));
    },
    deserialize(bytes: Uint8Array, options?: DeserializeOptions): FheUint<W> {
      return new FheUint(width, readContent(name, bytes, options));
    },
  });
}

export const FheUint8: FheUintType<8> = fheUintType("FheUint8", 8);
export const FheUint16: FheUintType<16> = fheUintType("FheUint16", 16);
export const FheUint32: FheUintType<32> = fheUintType("FheUint32", 32);
export const FheUint64: FheUintType<64> = fheUintType("FheUint64", 64);

export type FheUint8 = FheUint<8>;
export type FheUint16 = FheUint<16>;
export type FheUint32 = FheUint<32>;
export type FheUint64 = FheUint<64>;

/**
 * A maker that a user has given.
 *
 * @throws TypeError if it is none of `FheUint8` to `FheUint64`.
 */
export function checkUintType<W extends Width>(type: FheUintType<W>): FheUintType<W> {
  if (Object.values<unknown>(FHE_UINT_TYPES).includes(type)) return type;
  throw new TypeError(`expected FheUint8, FheUint16, FheUint32 or FheUint64, not ${describe(type)}`);
}

/** The maker of the integers of a width. */
export const FHE_UINT_TYPES: { readonly [W in Width]: FheUintType<W> } = {
  8: FheUint8,
  16: FheUint16,
  32: FheUint32,
  64: FheUint64,
};
