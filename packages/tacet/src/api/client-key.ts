import { DisposedError, ParameterError } from "../errors.ts";
import { type ParameterSet, validateParameters } from "../parameters/parameter-set.ts";
import * as sets from "../parameters/sets.ts";
import { checkProgressOptions, nextTask, type ProgressOptions } from "../progress.ts";
import { generateSecretKey, type SecretKey } from "../scheme/secret-key.ts";
import { deserializeClientKey, type SerializedClientKey, serializeClientKey } from "../wire/client-key.ts";
import type { DeserializeOptions } from "../wire/safe-serialize.ts";
import { checkBytes, describe } from "./value.ts";

export interface ParameterOptions {
  /**
   * Accepts parameter sets other than those of at least 128 bits that Tacet publishes. For tests and research:
   * such a set may hide nothing.
   */
  readonly allowInsecureParameters?: boolean;
}

export interface GenerateOptions extends ProgressOptions, ParameterOptions {
  /** The parameter set; `PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128` unless given. */
  readonly parameters?: ParameterSet;
}

/**
 * For the rest of the library: the secret inside a client key.
 *
 * @throws DisposedError if the key has been wiped.
 */
export let secretOf: (key: ClientKey) => SecretKey;

/** The secret key of a client: it encrypts and decrypts. Whoever has it reads everything; it stays with the client. */
export class ClientKey {
  #key: SerializedClientKey | undefined;

  private constructor(key: SerializedClientKey) {
    this.#key = key;
  }

  static {
    secretOf = (key) => key.#secret();
  }

  /**
   * Makes a new key from the platform's cryptographic generator.
   *
   * @throws ParameterError if the parameter set is malformed, or none of the published ones without
   *   `allowInsecureParameters`.
   */
  static async generate(options: GenerateOptions = {}): Promise<ClientKey> {
    checkProgressOptions(options);
    const { parameters = sets.DEFAULT_PARAMETERS, allowInsecureParameters = false } = options;
    validateParameters(parameters);
    const published = Object.values(sets).some((set) => set === parameters && !set.insecure);
    if (!published && !allowInsecureParameters) {
      throw new ParameterError(
        `${parameters.name} is not a published parameter set of 128 bits; set allowInsecureParameters to use it all the same`,
      );
    }
    await nextTask();
    options.signal?.throwIfAborted();
    const key = new ClientKey({ ...generateSecretKey(parameters), oprf: null, tag: new Uint8Array(0) });
    options.onProgress?.(1);
    return key;
  }

  /**
   * Reads a key in TFHE-rs's format.
   *
   * @throws DeserializationError if the bytes are not a client key, or one with parameters that Tacet lacks.
   * @throws ParameterError if its parameters are insecure, without `allowInsecureParameters`.
   */
  static deserialize(bytes: Uint8Array, options?: DeserializeOptions & ParameterOptions): ClientKey {
    return new ClientKey(deserializeClientKey(checkBytes(bytes), options));
  }

  get parameters(): ParameterSet {
    return this.#secret().parameters;
  }

  /** The bytes of the key, as TFHE-rs's `safe_serialize` writes them. They are as secret as the key. */
  serialize(): Uint8Array<ArrayBuffer> {
    return serializeClientKey(this.#secret());
  }

  /** Wipes the key from memory. */
  dispose(): void {
    this.#key?.lwe.fill(0);
    this.#key?.glwe.fill(0);
    this.#key?.oprf?.fill(0);
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
