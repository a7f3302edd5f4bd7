import { needingMemory } from "../../memory.ts";
import { introduce, Opaque, PERMIT, type Permit } from "../../opaque.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { checkProgressOptions, type ProgressOptions } from "../../progress.ts";
import {
  type ExpandedPublicKey,
  encryptUnderPublicKey,
  expandPublicKey,
  generatePublicKey,
  type SeededPublicKey,
} from "../../scheme/public-key/public-key.ts";
import { Workbench } from "../../scheme/workbench.ts";
import {
  deserializeCompressedPublicKey,
  deserializePublicKey,
  type SerializedCompressedPublicKey,
  type SerializedPublicKey,
  serializeCompressedPublicKey,
  serializePublicKey,
} from "../../wire/keys/public-key.ts";
import type { DeserializeOptions, ParameterOptions } from "../../wire/safe-serialize.ts";
import { type Ciphertext, contentOf } from "../values/ciphertext.ts";
import { checkBytes } from "../values/value.ts";
import { ciphertextOf, digitsOf, typeName, type ValueType } from "../values/value-type.ts";
import { type ClientKey, checkClientKey, secretOf } from "./client-key.ts";

let wrap: (key: SerializedPublicKey) => PublicKey;

/**
 * A key that only encrypts, made for any parameter set. It is 2.2 GB at the default parameters; `CompressedPublicKey`
 * is the same in 1 MB, and `CompactPublicKey` is small and quick.
 */
export class PublicKey extends Opaque {
  readonly #key: SerializedPublicKey;

  private constructor(permit: Permit, key: SerializedPublicKey) {
    super(permit);
    this.#key = key;
  }

  static {
    introduce(PublicKey, {
      name: "PublicKey",
      noun: "a key",
      source: "PublicKey.from(clientKey) makes one, PublicKey.deserialize(bytes) reads one",
    });
    wrap = (key) => new PublicKey(PERMIT, key);
  }

  /**
   * Makes a public key of a client key.
   *
   * @throws the signal's reason when cancelled, DisposedError if the client key has been wiped, OutOfMemoryError where
   *   the platform has no array of the key's size.
   */
  static async from(clientKey: ClientKey, options: ProgressOptions = {}): Promise<PublicKey> {
    const { signal, onProgress } = checkProgressOptions(options);
    const half = (start: number): ProgressOptions => ({
      signal,
      onProgress: onProgress && ((fraction) => onProgress(start + fraction / 2)),
    });
    const compressed = await CompressedPublicKey.from(clientKey, half(0));
    return compressed.decompress(half(0.5));
  }

  /**
   * Reads a key in the format of TFHE-rs's `PublicKey`. At the default parameters, `sizeLimit` has to be raised.
   *
   * @throws DeserializationError if the bytes are not one, or one with parameters that Tacet lacks, or with
   *   insecure ones without `allowInsecureParameters`.
   */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions & ParameterOptions): PublicKey {
    return new PublicKey(PERMIT, deserializePublicKey(checkBytes(bytes), options));
  }

  get parameters(): ParameterSet {
    return this.#key.parameters;
  }

  /** A copy of the bytes that an application attached to the client key; none unless it did. */
  get tag(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#key.tag);
  }

  /** The bytes of the key, as TFHE-rs's `safe_serialize` writes them. */
  serialize(): Uint8Array<ArrayBuffer> {
    return serializePublicKey(this.#key);
  }

  /**
   * Encrypts a value: `await key.encrypt(FheUint8, 7)`.
   *
   * @throws TypeError for what is no value of the type, RangeError for one that does not fit, the signal's reason when
   *   cancelled.
   */
  encrypt<V, C extends Ciphertext>(
    type: ValueType<V, C>,
    value: NoInfer<V>,
    options: ProgressOptions = {},
  ): Promise<C> {
    return encryptValue(this.#key, type, value, options);
  }
}

/**
 * A `PublicKey` whose masks are expanded from a seed: 1 MB at the default parameters. Each encryption expands all of
 * them, which takes seconds.
 */
export class CompressedPublicKey extends Opaque {
  readonly #key: SerializedCompressedPublicKey;

  static {
    introduce(CompressedPublicKey, {
      name: "CompressedPublicKey",
      noun: "a key",
      source:
        "CompressedPublicKey.from(clientKey) makes one, CompressedPublicKey.deserialize(bytes) reads one",
    });
  }

  private constructor(permit: Permit, key: SerializedCompressedPublicKey) {
    super(permit);
    this.#key = key;
  }

  /**
   * Makes a public key of a client key.
   *
   * @throws the signal's reason when cancelled, DisposedError if the client key has been wiped.
   */
  static async from(clientKey: ClientKey, options: ProgressOptions = {}): Promise<CompressedPublicKey> {
    const { parameters, glwe, tag } = secretOf(checkClientKey(clientKey));
    const secret = { parameters, glwe: glwe.slice() };
    try {
      const bench = await Workbench.for(parameters.polynomialSize);
      const key = await needingMemory(() => generatePublicKey(bench, secret, options));
      return new CompressedPublicKey(PERMIT, { ...key, tag });
    } finally {
      secret.glwe.fill(0);
    }
  }

  /**
   * Reads a key in the format of TFHE-rs's `CompressedPublicKey`.
   *
   * @throws DeserializationError if the bytes are not one, or one with parameters that Tacet lacks, or with
   *   insecure ones without `allowInsecureParameters`.
   */
  static deserialize(
    bytes: Uint8Array,
    options?: DeserializeOptions & ParameterOptions,
  ): CompressedPublicKey {
    return new CompressedPublicKey(PERMIT, deserializeCompressedPublicKey(checkBytes(bytes), options));
  }

  get parameters(): ParameterSet {
    return this.#key.parameters;
  }

  /** A copy of the bytes that an application attached to the client key; none unless it did. */
  get tag(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#key.tag);
  }

  /** The bytes of the key, as TFHE-rs's `safe_serialize` writes them. */
  serialize(): Uint8Array<ArrayBuffer> {
    return serializeCompressedPublicKey(this.#key);
  }

  /**
   * The same key with its masks: 2.2 GB at the default parameters.
   *
   * @throws the signal's reason when cancelled, OutOfMemoryError where the platform has no array of this size.
   */
  async decompress(options: ProgressOptions = {}): Promise<PublicKey> {
    const bench = await Workbench.for(this.parameters.polynomialSize);
    const key = await needingMemory(() => expandPublicKey(bench, this.#key, options));
    return wrap({ ...key, tag: this.#key.tag });
  }

  /** Encrypts a value as `PublicKey.encrypt` does. The masks are expanded once, however many blocks it has. */
  encrypt<V, C extends Ciphertext>(
    type: ValueType<V, C>,
    value: NoInfer<V>,
    options: ProgressOptions = {},
  ): Promise<C> {
    return encryptValue(this.#key, type, value, options);
  }
}

async function encryptValue<V, C extends Ciphertext>(
  key: (SeededPublicKey | ExpandedPublicKey) & { readonly tag: Uint8Array },
  type: ValueType<V, C>,
  value: V,
  options: ProgressOptions,
): Promise<C> {
  const { parameters, tag } = key;
  const name = typeName(type);
  const digits = digitsOf(name, value, parameters.messageModulus);
  const bench = await Workbench.for(parameters.polynomialSize);
  const degree = name === "FheBool" ? 1 : parameters.messageModulus - 1;
  const encrypted = await needingMemory(() => encryptUnderPublicKey(bench, key, digits, options));
  const blocks = encrypted.map((lwe) => ({ lwe, degree, noiseLevel: 1 }));
  return ciphertextOf(contentOf(name, blocks, parameters, tag)) as C;
}
