import { MismatchError } from "../errors.ts";
import { describe, introduce, Opaque, PERMIT, type Permit } from "../opaque.ts";
import { checkOptions, checkParameterObject, type OptionNames } from "../options.ts";
import { checkNoiseSecurity, encryptionDimension } from "../parameters/classic-parameters.ts";
import {
  DEFAULT_PARAMETERS,
  type ShortintParameterSet,
  validateShortintParameters,
} from "../parameters/shortint-sets.ts";
import {
  decryptPhase,
  encryptClassic,
  encryptSeededClassic,
  encryptWithZeros,
  expandMask,
} from "../scheme/lwe/classic-lwe.ts";
import { generateClassicKeys } from "../scheme/secret-key/secret-key.ts";
import { encode } from "../wire/bincode/codec.ts";
import { PLAIN, readPlain } from "../wire/javascript/classic.ts";
import {
  type BlockProperties,
  type SeededShortint,
  type SeededShortintZeros,
  type ShortintContent,
  type ShortintEvaluationKey,
  type ShortintZeros,
  seededShortint,
  seededShortintPublicKey,
  shortintCiphertext,
  shortintClientKey,
  shortintPublicKey,
  shortintServerKey,
} from "../wire/javascript/shortint.ts";
import type { DeserializeOptions, ParameterOptions } from "../wire/safe-serialize.ts";
import { ModuleClientKey, moduleSecretOf } from "./keys/module-key.ts";
import { checkSeed, type Seed } from "./keys/seed.ts";
import { checkBytes } from "./values/value.ts";

/*
 * The small integers of TFHE-rs's `shortint` module, as far as its JavaScript packages have them (`Shortint`,
 * `ShortintClientKey` …): keys and ciphertexts come and go in those packages' bytes, and are encrypted and decrypted.
 * An `Engine` computes on `FheUint` instead.
 */

export {
  DEFAULT_PARAMETERS,
  type ShortintParameterSet as ParameterSet,
} from "../parameters/shortint-sets.ts";

export interface GenerateOptions extends ParameterOptions {
  /** The parameter set; `DEFAULT_PARAMETERS` unless given. */
  readonly parameters?: ShortintParameterSet | undefined;
  /**
   * What the key is drawn from; the platform's cryptographic generator unless given. The same seed and parameters give
   * the same key again, which is that of `Shortint.new_client_key_from_seed_and_parameters` in the JavaScript packages.
   * The key is exactly as secret as the seed.
   */
  readonly seed?: Seed | undefined;
}

const capacityOf = ({ messageModulus, carryModulus }: ShortintParameterSet): number =>
  messageModulus * carryModulus;

/** Δ, the distance between neighbouring values on the torus of 64 bits, under one bit of padding. */
const deltaOf = (parameters: ShortintParameterSet): bigint => (1n << 63n) / BigInt(capacityOf(parameters));

/** @throws RangeError if a value is no message of a parameter set. */
function encodeMessage(value: number, parameters: ShortintParameterSet): bigint {
  if (typeof value !== "number") throw new TypeError(`expected a number, not ${describe(value)}`);
  if (!Number.isInteger(value) || value < 0 || value >= parameters.messageModulus) {
    throw new RangeError(
      `the value does not fit: a message is an integer from 0 to ${parameters.messageModulus - 1}`,
    );
  }
  return BigInt(value) * deltaOf(parameters);
}

/** What a fresh block is besides its ciphertext. */
function freshProperties({
  messageModulus,
  carryModulus,
  encryptionKey,
}: ShortintParameterSet): BlockProperties {
  return { degree: messageModulus - 1, noiseLevel: 1, messageModulus, carryModulus, encryptionKey };
}

const GENERATE_OPTIONS: OptionNames<GenerateOptions> = {
  parameters: true,
  seed: true,
  allowInsecureParameters: true,
};

let zerosOf: (key: PublicKey) => ShortintZeros;

/** The secret key of a client: it encrypts and decrypts. */
export class ClientKey extends ModuleClientKey<ShortintParameterSet> {
  static {
    introduce(ClientKey, {
      name: "shortint.ClientKey",
      source: "shortint.ClientKey.generate() makes one, shortint.ClientKey.deserialize(bytes) reads one",
    });
  }

  /**
   * Makes a new key from the platform's cryptographic generator, or the key of a seed.
   *
   * @throws ParameterError if the parameters are malformed, or have less than 132 bits of security, without
   *   `allowInsecureParameters`.
   * @throws TypeError or RangeError if the seed is no integer of 128 bits, nor 16 bytes.
   */
  static async generate(options: GenerateOptions = {}): Promise<ClientKey> {
    const { parameters: given = DEFAULT_PARAMETERS } = checkOptions(options, GENERATE_OPTIONS);
    const parameters = Object.freeze({ ...checkParameterObject("parameters", given) });
    validateShortintParameters(parameters);
    checkNoiseSecurity(parameters, 64, options);
    const seed = options.seed === undefined ? null : checkSeed(options.seed);
    try {
      return new ClientKey(PERMIT, { ...(await generateClassicKeys(parameters, seed)), parameters });
    } finally {
      seed?.fill(0);
    }
  }

  /**
   * Reads what `Shortint.serialize_client_key` writes.
   *
   * @throws DeserializationError if the bytes are not a client key, or one with parts that Tacet lacks, or with
   *   insecure parameters without `allowInsecureParameters`.
   */
  static deserialize(bytes: Uint8Array, options: DeserializeOptions & ParameterOptions = {}): ClientKey {
    return new ClientKey(PERMIT, readPlain(shortintClientKey, checkBytes(bytes), options));
  }

  /** The bytes of the key, as `Shortint.serialize_client_key` writes them. They are as secret as the key. */
  override serialize(): Uint8Array<ArrayBuffer> {
    return encode(shortintClientKey, moduleSecretOf(this), PLAIN);
  }
}

/** A public key: it encrypts what the client key that it was made from decrypts. */
export class PublicKey extends Opaque {
  readonly #key: ShortintZeros;

  private constructor(permit: Permit, key: ShortintZeros) {
    super(permit);
    this.#key = key;
  }

  static {
    introduce(PublicKey, {
      name: "shortint.PublicKey",
      noun: "a key",
      source: "shortint.PublicKey.deserialize(bytes) reads one",
    });
    zerosOf = (key) => key.#key;
  }

  /**
   * Reads what `Shortint.serialize_public_key` writes: hundreds of megabytes at the published parameters.
   *
   * @throws DeserializationError if the bytes are not a public key, or one with insecure parameters
   *   without `allowInsecureParameters`.
   */
  static deserialize(bytes: Uint8Array, options: DeserializeOptions & ParameterOptions = {}): PublicKey {
    return new PublicKey(PERMIT, readPlain(shortintPublicKey, checkBytes(bytes), options));
  }

  get parameters(): ShortintParameterSet {
    return this.#key.parameters;
  }

  /** The bytes of the key, as `Shortint.serialize_public_key` writes them. */
  serialize(): Uint8Array<ArrayBuffer> {
    return encode(shortintPublicKey, this.#key, PLAIN);
  }
}

/** A public key whose masks are expanded from a seed, which Tacet keeps and passes on. */
export class CompressedPublicKey extends Opaque {
  readonly #key: SeededShortintZeros;

  static {
    introduce(CompressedPublicKey, {
      name: "shortint.CompressedPublicKey",
      noun: "a key",
      source: "shortint.CompressedPublicKey.deserialize(bytes) reads one",
    });
  }

  private constructor(permit: Permit, key: SeededShortintZeros) {
    super(permit);
    this.#key = key;
  }

  /**
   * Reads what `Shortint.serialize_compressed_public_key` writes.
   *
   * @throws DeserializationError if the bytes are not a compressed public key, or one with insecure parameters
   *   without `allowInsecureParameters`.
   */
  static deserialize(
    bytes: Uint8Array,
    options: DeserializeOptions & ParameterOptions = {},
  ): CompressedPublicKey {
    return new CompressedPublicKey(PERMIT, readPlain(seededShortintPublicKey, checkBytes(bytes), options));
  }

  get parameters(): ShortintParameterSet {
    return this.#key.parameters;
  }

  /** The bytes of the key, as `Shortint.serialize_compressed_public_key` writes them. */
  serialize(): Uint8Array<ArrayBuffer> {
    return encode(seededShortintPublicKey, this.#key, PLAIN);
  }
}

/** A seeded evaluation key, which Tacet keeps and passes on. */
export class CompressedServerKey extends Opaque {
  readonly #key: ShortintEvaluationKey;

  static {
    introduce(CompressedServerKey, {
      name: "shortint.CompressedServerKey",
      noun: "a key",
      source: "shortint.CompressedServerKey.deserialize(bytes) reads one",
    });
  }

  private constructor(permit: Permit, key: ShortintEvaluationKey) {
    super(permit);
    this.#key = key;
  }

  /**
   * Reads what `Shortint.serialize_compressed_server_key` writes.
   *
   * @throws DeserializationError if the bytes are anything else.
   */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions): CompressedServerKey {
    return new CompressedServerKey(PERMIT, readPlain(shortintServerKey, checkBytes(bytes), options));
  }

  /** The bytes of the key, as `Shortint.serialize_compressed_server_key` writes them. */
  serialize(): Uint8Array<ArrayBuffer> {
    return encode(shortintServerKey, this.#key, PLAIN);
  }
}

let contentToCiphertext: (content: ShortintContent) => Ciphertext;

/** An encrypted small integer. */
export class Ciphertext extends Opaque {
  readonly #content: ShortintContent;

  private constructor(permit: Permit, content: ShortintContent) {
    super(permit);
    this.#content = content;
  }

  static {
    introduce(Ciphertext, {
      name: "shortint.Ciphertext",
      noun: "an encrypted integer",
      source:
        "shortint.Ciphertext.encrypt(value, key) makes one, shortint.Ciphertext.deserialize(bytes) reads one",
      instead: "decrypt(clientKey) gives what is in it",
    });
    contentToCiphertext = (content) => new Ciphertext(PERMIT, content);
  }

  /**
   * Encrypts a message with a client key or public key.
   *
   * @throws RangeError if the value is no message of the key's parameters.
   * @throws TypeError if it is no number, or the key is none.
   */
  static encrypt(value: number, key: ClientKey | PublicKey): Ciphertext {
    const { parameters } = key instanceof PublicKey ? key : checkClientKey(key);
    const plaintext = encodeMessage(value, parameters);
    const lwe = new BigUint64Array(encryptionDimension(parameters) + 1);
    if (key instanceof PublicKey) encryptWithZeros(plaintext, zerosOf(key).zeros, lwe);
    else encryptClassic(plaintext, lwe, moduleSecretOf(key));
    return new Ciphertext(PERMIT, { lwe, ...freshProperties(parameters) });
  }

  /** Reads what `Shortint.serialize_ciphertext` writes. @throws DeserializationError if it is anything else. */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions): Ciphertext {
    return new Ciphertext(PERMIT, readPlain(shortintCiphertext, checkBytes(bytes), options));
  }

  /**
   * Decrypts with the key that the value was encrypted for: the message without its carry.
   *
   * @throws MismatchError if the key has other parameters than the ciphertext.
   */
  decrypt(key: ClientKey): number {
    const secret = moduleSecretOf(checkClientKey(key));
    const { parameters } = secret;
    const { lwe, messageModulus, carryModulus, encryptionKey } = this.#content;
    const expect = (what: string, found: number | string, expected: number | string): void => {
      if (found !== expected)
        throw new MismatchError(`${what} of the ciphertext is ${found}; the key has ${expected}`);
    };
    expect("encryption key", encryptionKey, parameters.encryptionKey);
    expect("dimension", lwe.length - 1, encryptionDimension(parameters));
    expect("message times carry modulus", messageModulus * carryModulus, capacityOf(parameters));
    const delta = deltaOf(parameters);
    const rounded = (decryptPhase(lwe, secret) + delta / 2n) / delta;
    return Number(rounded) % messageModulus;
  }

  /** The bytes of the ciphertext, as `Shortint.serialize_ciphertext` writes them. */
  serialize(): Uint8Array<ArrayBuffer> {
    return encode(shortintCiphertext, this.#content, PLAIN);
  }
}

/** An encrypted small integer of a few bytes, whose mask is expanded from a seed. */
export class CompressedCiphertext extends Opaque {
  readonly #content: SeededShortint;

  static {
    introduce(CompressedCiphertext, {
      name: "shortint.CompressedCiphertext",
      noun: "a compressed encrypted value",
      source:
        "shortint.CompressedCiphertext.encrypt(value, key) makes one, shortint.CompressedCiphertext.deserialize(bytes) reads one",
      instead: "decompress() gives what decrypts",
    });
  }

  private constructor(permit: Permit, content: SeededShortint) {
    super(permit);
    this.#content = content;
  }

  /**
   * Encrypts a message.
   *
   * @throws RangeError if the value is no message of the key's parameters, TypeError if it is no number.
   */
  static encrypt(value: number, key: ClientKey): CompressedCiphertext {
    const secret = moduleSecretOf(checkClientKey(key));
    const plaintext = encodeMessage(value, secret.parameters);
    const dimension = encryptionDimension(secret.parameters);
    const lwe = new BigUint64Array(dimension + 1);
    const seed = encryptSeededClassic(plaintext, lwe, secret);
    return new CompressedCiphertext(PERMIT, {
      body: lwe[dimension],
      dimension,
      seed,
      ...freshProperties(secret.parameters),
    });
  }

  /**
   * Reads what `Shortint.serialize_compressed_ciphertext` writes.
   *
   * @throws DeserializationError if the bytes are anything else.
   */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions): CompressedCiphertext {
    return new CompressedCiphertext(PERMIT, readPlain(seededShortint, checkBytes(bytes), options));
  }

  /** The same value with its mask. */
  decompress(): Ciphertext {
    const { body, dimension, seed, ...properties } = this.#content;
    const lwe = new BigUint64Array(dimension + 1);
    expandMask(seed, lwe);
    lwe[dimension] = body;
    return contentToCiphertext({ lwe, ...properties });
  }

  /** The bytes of the ciphertext, as `Shortint.serialize_compressed_ciphertext` writes them. */
  serialize(): Uint8Array<ArrayBuffer> {
    return encode(seededShortint, this.#content, PLAIN);
  }
}

function checkClientKey(key: ClientKey): ClientKey {
  if (!(key instanceof ClientKey))
    throw new TypeError(`expected a key of the shortint module, not ${describe(key)}`);
  return key;
}
