import { MismatchError } from "../errors.ts";
import { describe, introduce, Opaque, PERMIT, type Permit } from "../opaque.ts";
import { checkOptions, checkParameterObject, type OptionNames } from "../options.ts";
import { type BooleanParameterSet, DEFAULT_PARAMETERS } from "../parameters/boolean-sets.ts";
import {
  checkNoiseSecurity,
  encryptionDimension,
  validateClassicParameters,
} from "../parameters/classic-parameters.ts";
import {
  decryptPhase,
  encryptClassic,
  encryptSeededClassic,
  encryptWithZeros,
  expandMask,
} from "../scheme/lwe/classic-lwe.ts";
import { generateClassicKeys } from "../scheme/secret-key/secret-key.ts";
import { encode } from "../wire/bincode/codec.ts";
import {
  type BooleanContent,
  type BooleanEvaluationKey,
  type BooleanZeros,
  booleanCiphertext,
  booleanClientKey,
  booleanPublicKey,
  booleanServerKey,
  type SeededBoolean,
  seededBoolean,
} from "../wire/javascript/boolean.ts";
import { PLAIN, readPlain } from "../wire/javascript/classic.ts";
import type { DeserializeOptions, ParameterOptions } from "../wire/safe-serialize.ts";
import { ModuleClientKey, moduleSecretOf } from "./keys/module-key.ts";
import { checkSeed, type Seed } from "./keys/seed.ts";
import { checkBoolean, checkBytes } from "./values/value.ts";

/*
 * The truth values of TFHE-rs's `boolean` module, as far as its JavaScript packages have them (`Boolean`,
 * `BooleanClientKey` …): keys and ciphertexts come and go in those packages' bytes, and are encrypted and decrypted.
 * They are of a scheme of their own, on the torus of 32 bits; an `Engine` computes on `FheBool` instead.
 */

export {
  type BooleanParameterSet as ParameterSet,
  DEFAULT_PARAMETERS,
  DEFAULT_PARAMETERS_KS_PBS,
  PARAMETERS_ERROR_PROB_2_POW_MINUS_165,
  PARAMETERS_ERROR_PROB_2_POW_MINUS_165_KS_PBS,
} from "../parameters/boolean-sets.ts";

export interface GenerateOptions extends ParameterOptions {
  /** The parameter set; `DEFAULT_PARAMETERS` unless given. */
  readonly parameters?: BooleanParameterSet | undefined;
  /**
   * What the key is drawn from; the platform's cryptographic generator unless given. The same seed and parameters give
   * the same key again, which is that of `Boolean.new_client_key_from_seed_and_parameters` in the JavaScript packages.
   * The key is exactly as secret as the seed.
   */
  readonly seed?: Seed | undefined;
}

/** How a truth value stands on the torus of 32 bits: at 1/8 or −1/8. */
const encodeBoolean = (value: boolean): bigint => (value ? 1n << 29n : -(1n << 29n));

const GENERATE_OPTIONS: OptionNames<GenerateOptions> = {
  parameters: true,
  seed: true,
  allowInsecureParameters: true,
};

let zerosOf: (key: PublicKey) => BooleanZeros;

/** The secret key of a client: it encrypts and decrypts. */
export class ClientKey extends ModuleClientKey<BooleanParameterSet> {
  static {
    introduce(ClientKey, {
      name: "boolean.ClientKey",
      source: "boolean.ClientKey.generate() makes one, boolean.ClientKey.deserialize(bytes) reads one",
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
    validateClassicParameters(parameters, 32);
    checkNoiseSecurity(parameters, 32, options);
    const seed = options.seed === undefined ? null : checkSeed(options.seed);
    try {
      return new ClientKey(PERMIT, { ...(await generateClassicKeys(parameters, seed)), parameters });
    } finally {
      seed?.fill(0);
    }
  }

  /**
   * Reads what `Boolean.serialize_client_key` writes.
   *
   * @throws DeserializationError if the bytes are not a client key, or one with insecure parameters
   *   without `allowInsecureParameters`.
   */
  static deserialize(bytes: Uint8Array, options: DeserializeOptions & ParameterOptions = {}): ClientKey {
    return new ClientKey(PERMIT, readPlain(booleanClientKey, checkBytes(bytes), options));
  }

  /** The bytes of the key, as `Boolean.serialize_client_key` writes them. They are as secret as the key. */
  override serialize(): Uint8Array<ArrayBuffer> {
    return encode(booleanClientKey, moduleSecretOf(this), PLAIN);
  }
}

/** A public key: it encrypts what the client key that it was made from decrypts. */
export class PublicKey extends Opaque {
  readonly #key: BooleanZeros;

  private constructor(permit: Permit, key: BooleanZeros) {
    super(permit);
    this.#key = key;
  }

  static {
    introduce(PublicKey, {
      name: "boolean.PublicKey",
      noun: "a key",
      source: "boolean.PublicKey.deserialize(bytes) reads one",
    });
    zerosOf = (key) => key.#key;
  }

  /**
   * Reads what `Boolean.serialize_public_key` writes: 80 to 540 MB at the published parameters.
   *
   * @throws DeserializationError if the bytes are not a public key, or one with insecure parameters
   *   without `allowInsecureParameters`.
   */
  static deserialize(bytes: Uint8Array, options: DeserializeOptions & ParameterOptions = {}): PublicKey {
    return new PublicKey(PERMIT, readPlain(booleanPublicKey, checkBytes(bytes), options));
  }

  get parameters(): BooleanParameterSet {
    return this.#key.parameters;
  }

  /** The bytes of the key, as `Boolean.serialize_public_key` writes them. */
  serialize(): Uint8Array<ArrayBuffer> {
    return encode(booleanPublicKey, this.#key, PLAIN);
  }
}

/** A seeded evaluation key, which Tacet keeps and passes on. */
export class CompressedServerKey extends Opaque {
  readonly #key: BooleanEvaluationKey;

  static {
    introduce(CompressedServerKey, {
      name: "boolean.CompressedServerKey",
      noun: "a key",
      source: "boolean.CompressedServerKey.deserialize(bytes) reads one",
    });
  }

  private constructor(permit: Permit, key: BooleanEvaluationKey) {
    super(permit);
    this.#key = key;
  }

  /**
   * Reads what `Boolean.serialize_compressed_server_key` writes.
   *
   * @throws DeserializationError if the bytes are anything else.
   */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions): CompressedServerKey {
    return new CompressedServerKey(PERMIT, readPlain(booleanServerKey, checkBytes(bytes), options));
  }

  /** The bytes of the key, as `Boolean.serialize_compressed_server_key` writes them. */
  serialize(): Uint8Array<ArrayBuffer> {
    return encode(booleanServerKey, this.#key, PLAIN);
  }
}

let contentToCiphertext: (content: BooleanContent) => Ciphertext;

/** An encrypted truth value. */
export class Ciphertext extends Opaque {
  readonly #content: BooleanContent;

  private constructor(permit: Permit, content: BooleanContent) {
    super(permit);
    this.#content = content;
  }

  static {
    introduce(Ciphertext, {
      name: "boolean.Ciphertext",
      noun: "an encrypted boolean",
      source:
        "boolean.Ciphertext.encrypt(value, key) makes one, boolean.Ciphertext.deserialize(bytes) reads one",
      instead: "decrypt(clientKey) gives what is in it",
    });
    contentToCiphertext = (content) => new Ciphertext(PERMIT, content);
  }

  /** Encrypts a truth value with a client key or public key. @throws TypeError if it is no boolean, or no such key. */
  static encrypt(value: boolean, key: ClientKey | PublicKey): Ciphertext {
    const plaintext = encodeBoolean(checkBoolean(value));
    if (key instanceof PublicKey) {
      const { zeros, parameters } = zerosOf(key);
      const lwe = new Uint32Array(encryptionDimension(parameters) + 1);
      encryptWithZeros(plaintext, zeros, lwe);
      return new Ciphertext(PERMIT, lwe);
    }
    const secret = moduleSecretOf(checkClientKey(key));
    const lwe = new Uint32Array(encryptionDimension(secret.parameters) + 1);
    encryptClassic(plaintext, lwe, secret);
    return new Ciphertext(PERMIT, lwe);
  }

  /** A truth value in the form of a ciphertext, readable by anyone. @throws TypeError if it is no boolean. */
  static encryptTrivial(value: boolean): Ciphertext {
    return new Ciphertext(PERMIT, checkBoolean(value));
  }

  /** Reads what `Boolean.serialize_ciphertext` writes. @throws DeserializationError if it is anything else. */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions): Ciphertext {
    return new Ciphertext(PERMIT, readPlain(booleanCiphertext, checkBytes(bytes), options));
  }

  /**
   * Decrypts with the key that the value was encrypted for.
   *
   * @throws MismatchError if the key has another dimension than the ciphertext.
   */
  decrypt(key: ClientKey): boolean {
    const secret = moduleSecretOf(checkClientKey(key));
    const content = this.#content;
    if (typeof content === "boolean") return content;
    const dimension = encryptionDimension(secret.parameters);
    if (content.length !== dimension + 1) {
      throw new MismatchError(`ciphertext of dimension ${content.length - 1}; the key has ${dimension}`);
    }
    return decryptPhase(content, secret) < 1n << 31n;
  }

  /** The bytes of the ciphertext, as `Boolean.serialize_ciphertext` writes them. */
  serialize(): Uint8Array<ArrayBuffer> {
    return encode(booleanCiphertext, this.#content, PLAIN);
  }
}

/** An encrypted truth value of a few bytes, whose mask is expanded from a seed. */
export class CompressedCiphertext extends Opaque {
  readonly #content: SeededBoolean;

  static {
    introduce(CompressedCiphertext, {
      name: "boolean.CompressedCiphertext",
      noun: "a compressed encrypted value",
      source:
        "boolean.CompressedCiphertext.encrypt(value, key) makes one, boolean.CompressedCiphertext.deserialize(bytes) reads one",
      instead: "decompress() gives what decrypts",
    });
  }

  private constructor(permit: Permit, content: SeededBoolean) {
    super(permit);
    this.#content = content;
  }

  /** Encrypts a truth value. @throws TypeError if it is no boolean. */
  static encrypt(value: boolean, key: ClientKey): CompressedCiphertext {
    const plaintext = encodeBoolean(checkBoolean(value));
    const secret = moduleSecretOf(checkClientKey(key));
    const dimension = encryptionDimension(secret.parameters);
    const lwe = new Uint32Array(dimension + 1);
    const seed = encryptSeededClassic(plaintext, lwe, secret);
    return new CompressedCiphertext(PERMIT, { body: lwe[dimension], dimension, seed });
  }

  /**
   * Reads what `Boolean.serialize_compressed_ciphertext` writes.
   *
   * @throws DeserializationError if the bytes are anything else.
   */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions): CompressedCiphertext {
    return new CompressedCiphertext(PERMIT, readPlain(seededBoolean, checkBytes(bytes), options));
  }

  /** The same value with its mask. */
  decompress(): Ciphertext {
    const { body, dimension, seed } = this.#content;
    const lwe = new Uint32Array(dimension + 1);
    expandMask(seed, lwe);
    lwe[dimension] = body;
    return contentToCiphertext(lwe);
  }

  /** The bytes of the ciphertext, as `Boolean.serialize_compressed_ciphertext` writes them. */
  serialize(): Uint8Array<ArrayBuffer> {
    return encode(seededBoolean, this.#content, PLAIN);
  }
}

function checkClientKey(key: ClientKey): ClientKey {
  if (!(key instanceof ClientKey))
    throw new TypeError(`expected a key of the boolean module, not ${describe(key)}`);
  return key;
}
