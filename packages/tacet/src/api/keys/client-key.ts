import { DisposedError } from "../../errors.ts";
import { describe, introduce, Opaque, PERMIT, type Permit } from "../../opaque.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import { throwIfAborted } from "../../realm.ts";
import { generateSecretKeys } from "../../scheme/secret-key/secret-key.ts";
import {
  deserializeClientKey,
  type SerializedClientKey,
  serializeClientKey,
} from "../../wire/keys/client-key.ts";
import type { DeserializeOptions, ParameterOptions, SerializeOptions } from "../../wire/safe-serialize.ts";
import { checkBytes, copyBytes } from "../values/value.ts";
import { checkConfiguration, type GenerateOptions } from "./generate-options.ts";
import { checkSeed } from "./seed.ts";

/**
 * For the rest of the library: the secrets inside a client key.
 *
 * @throws DisposedError if the key has been wiped.
 */
export let secretOf: (key: ClientKey) => SerializedClientKey;
/** For the rest of the library: a client key that holds secrets. */
export let clientKeyOf: (secrets: SerializedClientKey) => ClientKey;

/** The secret key of a client: it encrypts and decrypts. Whoever has it reads everything; it stays with the client. */
export class ClientKey extends Opaque {
  #key: SerializedClientKey | undefined;

  private constructor(permit: Permit, key: SerializedClientKey) {
    super(permit);
    this.#key = key;
  }

  static {
    introduce(ClientKey, {
      name: "ClientKey",
      noun: "a key",
      source: "ClientKey.generate() makes one, ClientKey.deserialize(bytes) reads one",
      instead: "serialize() gives its bytes, which are as secret",
      written: "serialize() gives its bytes, which are as secret",
    });
    secretOf = (key) => key.#secret();
    clientKeyOf = (secrets) => new ClientKey(PERMIT, secrets);
  }

  /**
   * Makes a new key from the platform's cryptographic generator, or the key of a seed.
   *
   * @throws ParameterError if a parameter set is malformed, or none of the published ones without
   *   `allowInsecureParameters`, or if the sets of two parts do not go together.
   * @throws TypeError or RangeError if the seed is no integer of 128 bits, nor 16 bytes.
   */
  static async generate(options: GenerateOptions = {}): Promise<ClientKey> {
    const configuration = checkConfiguration(options);
    const tag = options.tag === undefined ? new Uint8Array(0) : copyBytes(options.tag);
    const seed = options.seed === undefined ? null : checkSeed(options.seed);
    try {
      throwIfAborted(options.signal);
      const keys = await generateSecretKeys(configuration, seed);
      const key = new ClientKey(PERMIT, { ...keys, tag });
      options.onProgress?.(1);
      return key;
    } finally {
      seed?.fill(0);
    }
  }

  /**
   * Reads a key in TFHE-rs's format.
   *
   * @throws DeserializationError if the bytes are not a client key, or one with parameters that Tacet lacks, or
   *   with insecure ones without `allowInsecureParameters`.
   */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions & ParameterOptions): ClientKey {
    return new ClientKey(PERMIT, deserializeClientKey(checkBytes(bytes), options));
  }

  get parameters(): ParameterSet {
    return this.#secret().parameters;
  }

  /** A copy of the bytes that an application attached to the key; none unless it did. They are not secret. */
  get tag(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#secret().tag);
  }

  /**
   * The bytes of the key, as TFHE-rs's `safe_serialize` writes them. They are as secret as the key.
   *
   * @throws RangeError for a version of TFHE-rs that has no room for all parts of the key.
   */
  serialize(options?: SerializeOptions): Uint8Array<ArrayBuffer> {
    return serializeClientKey(this.#secret(), options);
  }

  /** Wipes the key from memory. */
  dispose(): void {
    if (this.#key === undefined) return;
    const { lwe, glwe, oprf, ...parts } = this.#key;
    const { compact, compression, noiseSquashing, noiseSquashingCompression, transciphering } = parts;
    const others = [compact, compression, noiseSquashing, noiseSquashingCompression, transciphering];
    for (const secret of [lwe, glwe, oprf, ...others.map((part) => part?.key)]) secret?.fill(0);
    this.#key = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #secret(): SerializedClientKey {
    if (this.#key === undefined) throw new DisposedError("the client key has been disposed of");
    return this.#key;
  }
}

/** A key that a user has given. @throws TypeError if it is none. */
export function checkClientKey(key: ClientKey): ClientKey {
  if (!(key instanceof ClientKey)) throw new TypeError(`expected a ClientKey, not ${describe(key)}`);
  return key;
}
