import { ParameterError } from "../../errors.ts";
import { needingMemory } from "../../memory.ts";
import { describe, introduce, Opaque, PERMIT, type Permit } from "../../opaque.ts";
import {
  type CompactEncryption,
  checkCompactDimension,
  directEncryption,
} from "../../parameters/compact-encryption.ts";
import { dedicatedEncryption } from "../../parameters/compact-sets.ts";
import {
  encryptCompact,
  expandCompactCiphertexts,
  expandCompactKey,
  generateCompactKey,
} from "../../scheme/public-key/compact-public-key.ts";
import { Workbench } from "../../scheme/workbench.ts";
import {
  deserializeCompactPublicKey,
  deserializeCompressedCompactPublicKey,
  type SerializedCompactPublicKey,
  type SerializedCompressedCompactPublicKey,
  serializeCompactPublicKey,
  serializeCompressedCompactPublicKey,
} from "../../wire/keys/compact-public-key.ts";
import type { DeserializeOptions, ParameterOptions } from "../../wire/safe-serialize.ts";
import type { Ciphertext } from "../values/ciphertext.ts";
import { checkBytes } from "../values/value.ts";
import { ciphertextOf, digitsOf, typeName, type ValueType } from "../values/value-type.ts";
import { type ClientKey, checkClientKey, secretOf } from "./client-key.ts";

/** For the rest of the library: what a compact public key holds, and the keys that hold it in either form. */
export let compactKeyOf: (key: CompactPublicKey) => SerializedCompactPublicKey;
export let compactPublicKey: (key: SerializedCompactPublicKey) => CompactPublicKey;
export let compressedCompactKey: (key: SerializedCompressedCompactPublicKey) => CompressedCompactPublicKey;

/**
 * For the rest of the library: what computes with compact keys.
 *
 * @throws ParameterError if the dimension is one that compact keys cannot have.
 */
export function benchOf(encryption: CompactEncryption): Promise<Workbench> {
  checkCompactDimension(encryption);
  return Workbench.for(encryption.lweDimension);
}

/**
 * A key that only encrypts: 33 KB at the default parameters. It fills lists of values (`CompactCiphertextList`), which
 * are small, too. If the client key has a secret key for it (`compactKey` in `ClientKey.generate`), a server switches
 * what it encrypts to other keys when it expands a list.
 */
export class CompactPublicKey extends Opaque {
  readonly #key: SerializedCompactPublicKey;

  private constructor(permit: Permit, key: SerializedCompactPublicKey) {
    super(permit);
    this.#key = key;
  }

  static {
    introduce(CompactPublicKey, {
      name: "CompactPublicKey",
      noun: "a key",
      source: "CompactPublicKey.from(clientKey) makes one, CompactPublicKey.deserialize(bytes) reads one",
    });
    compactKeyOf = (key) => key.#key;
    compactPublicKey = (key) => new CompactPublicKey(PERMIT, key);
  }

  /**
   * Makes a public key of a client key.
   *
   * @throws ParameterError if the dimension of the secret key is no power of two.
   * @throws DisposedError if the client key has been wiped.
   */
  static async from(clientKey: ClientKey): Promise<CompactPublicKey> {
    return (await CompressedCompactPublicKey.from(clientKey)).decompress();
  }

  /**
   * Reads a key in the format of TFHE-rs's `CompactPublicKey`.
   *
   * @throws DeserializationError if the bytes are not one, or one with parameters that Tacet lacks, or with
   *   insecure ones without `allowInsecureParameters`.
   */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions & ParameterOptions): CompactPublicKey {
    return new CompactPublicKey(PERMIT, deserializeCompactPublicKey(checkBytes(bytes), options));
  }

  get parameters(): CompactEncryption {
    return this.#key.encryption;
  }

  /** A copy of the bytes that an application attached to the client key; none unless it did. */
  get tag(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#key.tag);
  }

  /** The bytes of the key, as TFHE-rs's `safe_serialize` writes them. */
  serialize(): Uint8Array<ArrayBuffer> {
    return serializeCompactPublicKey(this.#key);
  }

  /**
   * Encrypts one value: `await key.encrypt(FheUint8, 7)`. Its ciphertext is as large as any; a list of the value would
   * be smaller.
   *
   * @throws TypeError for what is no value of the type, RangeError for one that does not fit.
   * @throws ParameterError if ciphertexts under the key have to be switched to other keys, which lists are for.
   */
  async encrypt<V, C extends Ciphertext>(type: ValueType<V, C>, value: NoInfer<V>): Promise<C> {
    const { encryption, tag } = this.#key;
    const { messageModulus, carryModulus } = encryption;
    if (encryption.requiresCasting) {
      throw new ParameterError(
        "the compact key has a secret key of its own; encrypt in a CompactCiphertextList",
      );
    }
    const name = typeName(type);
    const digits = digitsOf(name, value, messageModulus);
    const bench = await benchOf(encryption);
    const degree = name === "FheBool" ? 1 : messageModulus - 1;
    const ciphertexts = expandCompactCiphertexts(encryptCompact(bench, this.#key, digits));
    const blocks = Array.from(ciphertexts, (lwe) => ({ lwe, degree, noiseLevel: 1 }));
    const reRandomizationMetadata = new Uint8Array(0);
    return ciphertextOf({
      type: name,
      messageModulus,
      carryModulus,
      blocks,
      tag,
      reRandomizationMetadata,
    }) as C;
  }
}

/** A key that a user has given. @throws TypeError if it is none. */
export function checkCompactPublicKey(key: CompactPublicKey): CompactPublicKey {
  if (!(key instanceof CompactPublicKey)) {
    throw new TypeError(`expected a CompactPublicKey, not ${describe(key)}`);
  }
  return key;
}

/** A `CompactPublicKey` of half the size, one part of which is expanded from a seed. */
export class CompressedCompactPublicKey extends Opaque {
  readonly #key: SerializedCompressedCompactPublicKey;

  static {
    introduce(CompressedCompactPublicKey, {
      name: "CompressedCompactPublicKey",
      noun: "a key",
      source:
        "CompressedCompactPublicKey.from(clientKey) makes one, CompressedCompactPublicKey.deserialize(bytes) reads one",
    });
    compressedCompactKey = (key) => new CompressedCompactPublicKey(PERMIT, key);
  }

  private constructor(permit: Permit, key: SerializedCompressedCompactPublicKey) {
    super(permit);
    this.#key = key;
  }

  /**
   * Makes a public key of a client key.
   *
   * @throws ParameterError if the dimension of the secret key is no power of two.
   * @throws DisposedError if the client key has been wiped.
   */
  static async from(clientKey: ClientKey): Promise<CompressedCompactPublicKey> {
    const { parameters, compact } = secretOf(checkClientKey(clientKey));
    const encryption =
      compact === null ? directEncryption(parameters) : dedicatedEncryption(compact.parameters);
    const bench = await benchOf(encryption);
    // The key may have been wiped in the meantime.
    const secret = secretOf(clientKey);
    const key = needingMemory(() =>
      generateCompactKey(bench, encryption, secret.compact?.key ?? secret.glwe),
    );
    return new CompressedCompactPublicKey(PERMIT, { ...key, tag: secret.tag });
  }

  /**
   * Reads a key in the format of TFHE-rs's `CompressedCompactPublicKey`.
   *
   * @throws DeserializationError if the bytes are not one, or one with parameters that Tacet lacks, or with
   *   insecure ones without `allowInsecureParameters`.
   */
  static deserialize(
    bytes: Uint8Array,
    options?: DeserializeOptions & ParameterOptions,
  ): CompressedCompactPublicKey {
    return new CompressedCompactPublicKey(
      PERMIT,
      deserializeCompressedCompactPublicKey(checkBytes(bytes), options),
    );
  }

  get parameters(): CompactEncryption {
    return this.#key.encryption;
  }

  /** A copy of the bytes that an application attached to the client key; none unless it did. */
  get tag(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#key.tag);
  }

  /** The bytes of the key, as TFHE-rs's `safe_serialize` writes them. */
  serialize(): Uint8Array<ArrayBuffer> {
    return serializeCompressedCompactPublicKey(this.#key);
  }

  /** The same key with its mask, which encrypts. */
  async decompress(): Promise<CompactPublicKey> {
    const bench = await benchOf(this.parameters);
    return compactPublicKey({
      ...needingMemory(() => expandCompactKey(bench, this.#key)),
      tag: this.#key.tag,
    });
  }
}
