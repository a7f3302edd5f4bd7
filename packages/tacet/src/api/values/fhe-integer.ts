import { describe, introduce, Opaque, PERMIT, type Permit } from "../../opaque.ts";
import { checkParameterObject } from "../../options.ts";
import { type ParameterSet, validateParameters } from "../../parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../../parameters/sets.ts";
import { type IntegerType, SHAPES, type Width } from "../../wire/core/types.ts";
import type { DeserializeOptions } from "../../wire/safe-serialize.ts";
import type { SerializedCiphertext } from "../../wire/values/ciphertext.ts";
import { type ClientKey, checkClientKey } from "../keys/client-key.ts";
import { Ciphertext, contentOf, encryptBlocks, readContent, trivialBlocks } from "./ciphertext.ts";
import { type CompressedCiphertext, encryptCompressed, readCompressed } from "./compressed-ciphertext.ts";
import {
  type Clear,
  type Integer,
  type IntegerFormat,
  integerDigits,
  integerType,
  joinDigits,
  toClear,
  wrap,
} from "./value.ts";

/** An encrypted integer of `W` bits, at rest. */
export abstract class FheInteger<W extends Width = Width> extends Ciphertext {
  /** Whether the integer can be negative; if so, it is in two's complement. */
  abstract readonly signed: boolean;

  static {
    introduce(FheInteger, {
      name: "FheInteger",
      noun: "an encrypted integer",
      source: "encrypt and deserialize of a type, such as FheUint8, give one",
    });
  }

  /** @internal */
  constructor(permit: Permit, content: SerializedCiphertext) {
    super(permit, content);
  }

  /** Number of bits. */
  get width(): W {
    return SHAPES[this.type].bits as W;
  }

  /**
   * Decrypts with the key that the integer was encrypted with, or whose server key computed it. Another key of
   * the same parameters gives a meaningless value.
   *
   * @throws MismatchError if the key has other parameters than the ciphertext.
   */
  decrypt(key: ClientKey): Clear<W> {
    const digits = this.decryptBlocks(key);
    return toClear(wrap(joinDigits(digits, key.parameters.messageModulus), this), this.width);
  }

  /** Reads an integer that hides nothing (`isTrivial`). @throws MismatchError for any other. */
  decryptTrivial(): Clear<W> {
    const { digits, messageModulus } = this.trivialBlocks();
    return toClear(wrap(joinDigits(digits, messageModulus), this), this.width);
  }
}

/** The maker of one type of encrypted integers. */
export interface FheIntegerType<C extends FheInteger = FheInteger> {
  readonly name: IntegerType;
  /** Number of bits. */
  readonly width: C["width"];
  readonly signed: C["signed"];

  /**
   * Encrypts an integer.
   *
   * @throws TypeError for what is no number or bigint, RangeError for one that is fractional or does not fit.
   * @throws ParameterError if the blocks of the key's parameter set do not make up the width.
   */
  encrypt(value: Integer, key: ClientKey): C;

  /**
   * An integer in the form of a ciphertext, readable by anyone.
   *
   * @throws TypeError, RangeError, ParameterError as `encrypt`.
   */
  encryptTrivial(value: Integer, parameters?: ParameterSet): C;

  /**
   * Encrypts an integer in compressed form: some 200 bytes for each two bits of it, in place of 16 KB.
   *
   * @throws TypeError, RangeError, ParameterError as `encrypt`, as rejections.
   */
  encryptCompressed(value: Integer, key: ClientKey): Promise<CompressedCiphertext<C>>;

  /**
   * Reads the bytes of a ciphertext of this type.
   *
   * @throws DeserializationError if they are anything else.
   */
  deserialize(bytes: Uint8Array, options?: DeserializeOptions): C;

  /**
   * Reads the bytes of a compressed ciphertext of this type.
   *
   * @throws DeserializationError if they are anything else.
   */
  deserializeCompressed(bytes: Uint8Array, options?: DeserializeOptions): CompressedCiphertext<C>;
}

/** What is behind `FheUint2` to `FheInt2048`. */
class Maker extends Opaque {
  static {
    introduce(Maker, {
      name: "FheIntegerType",
      noun: "a type of integers",
      source: "FheUint2 to FheInt2048 are all that there are",
      instead: "its name is text",
      written: "its name can be",
    });
  }

  constructor(permit: Permit, members: FheIntegerType) {
    super(permit);
    Object.freeze(Object.assign(this, members));
  }
}

/** The maker of the integers of a format, given what makes one of its content. */
export function makerOf<C extends FheInteger>(
  format: IntegerFormat & Pick<C, "width" | "signed">,
  create: (content: SerializedCiphertext) => C,
): FheIntegerType<C> {
  const { width, signed } = format;
  const name = integerType(format);
  const digitsOf = (value: Integer, { messageModulus }: ParameterSet): number[] =>
    integerDigits(value, format, messageModulus);
  const members: FheIntegerType<C> = {
    name,
    width,
    signed,
    encrypt(value: Integer, key: ClientKey): C {
      const { parameters } = checkClientKey(key);
      const blocks = encryptBlocks(digitsOf(value, parameters), parameters.messageModulus - 1, key);
      return create(contentOf(name, blocks, parameters, key.tag));
    },
    encryptTrivial(value: Integer, parameters: ParameterSet = DEFAULT_PARAMETERS): C {
      validateParameters(checkParameterObject("parameters", parameters));
      return create(contentOf(name, trivialBlocks(digitsOf(value, parameters), parameters), parameters));
    },
    async encryptCompressed(value: Integer, key: ClientKey): Promise<CompressedCiphertext<C>> {
      const { parameters } = checkClientKey(key);
      const digits = digitsOf(value, parameters);
      return encryptCompressed(name, digits, parameters.messageModulus - 1, key, create);
    },
    deserialize(bytes: Uint8Array, options?: DeserializeOptions): C {
      return create(readContent(name, bytes, options));
    },
    deserializeCompressed(bytes: Uint8Array, options?: DeserializeOptions): CompressedCiphertext<C> {
      return readCompressed(name, bytes, create, options);
    },
  };
  return new Maker(PERMIT, members) as Opaque & FheIntegerType<C>;
}

/**
 * A maker that a user has given.
 *
 * @throws TypeError if it is none of `FheUint2` to `FheInt2048`.
 */
export function checkMaker<T extends FheIntegerType>(
  maker: T,
  expected: string = "a type of integers, such as FheUint8 or FheInt64",
): T {
  if (maker instanceof Maker) return maker;
  throw new TypeError(`expected ${expected}, not ${describe(maker)}`);
}
