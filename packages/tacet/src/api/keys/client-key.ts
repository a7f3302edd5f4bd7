import { DisposedError, ParameterError } from "../../errors.ts";
import { describe, introduce, Opaque, PERMIT, type Permit } from "../../opaque.ts";
import { checkFlag, checkOptions, checkParameterObject, type OptionNames } from "../../options.ts";
import { validateCompactEncryption } from "../../parameters/compact-encryption.ts";
import { COMPACT_SETS, type CompactParameterSet } from "../../parameters/compact-sets.ts";
import { identifyGiven, KNOWN_SETS, type Known } from "../../parameters/known-sets.ts";
import { type ParameterSet, validateParameters } from "../../parameters/parameter-set.ts";
import { DEFAULT_PARAMETERS } from "../../parameters/sets.ts";
import { checkProgressOptions, type ProgressOptions } from "../../progress.ts";
import { throwIfAborted } from "../../realm.ts";
import { generateSecretKeys } from "../../scheme/secret-key/secret-key.ts";
import {
  deserializeClientKey,
  NO_CLIENT_EXTRAS,
  type SerializedClientKey,
  serializeClientKey,
} from "../../wire/keys/client-key.ts";
import type { DeserializeOptions, ParameterOptions } from "../../wire/safe-serialize.ts";
import { checkBytes, copyBytes } from "../value.ts";
import { checkSeed, type Seed } from "./seed.ts";

export interface GenerateOptions extends ProgressOptions, ParameterOptions {
  /**
   * The parameter set; `PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128` unless given. Its values say which one it is,
   * not its name: one with all values of a published set is that set.
   */
  readonly parameters?: ParameterSet;
  /**
   * Parameters of a secret key that compact public keys have to themselves, such as
   * `PARAM_PKE_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128`; none unless given, and compact public keys are then of the
   * key that ciphertexts rest under. (TFHE-rs: `use_dedicated_compact_public_key_parameters`.)
   */
  readonly compactKey?: CompactParameterSet | undefined;
  /**
   * Whether encrypted random generation has a secret key to itself, as in TFHE-rs's default configuration; `false`
   * unless given, since it doubles the size of server keys. (TFHE-rs: `use_dedicated_oprf_key`.)
   */
  readonly oprfKey?: boolean | undefined;
  /**
   * What the key is drawn from; the platform's cryptographic generator unless given. The same seed and options give
   * the same key again, and the very key that TFHE-rs's `ClientKey::generate_with_seed` gives for the same
   * configuration: its default one has `oprfKey: true`. The key is exactly as secret as the seed: whoever knows or
   * guesses it has the key, so it must be 128 bits from a cryptographic generator, and be kept like the key.
   */
  readonly seed?: Seed | undefined;
  /** Bytes that the key, its server keys and all that comes from them carry along in the open; none unless given. */
  readonly tag?: Uint8Array | undefined;
}

/**
 * For the rest of the library: the secrets inside a client key.
 *
 * @throws DisposedError if the key has been wiped.
 */
export let secretOf: (key: ClientKey) => SerializedClientKey;

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
  }

  /**
   * Makes a new key from the platform's cryptographic generator, or the key of a seed.
   *
   * @throws ParameterError if a parameter set is malformed, or none of the published ones without
   *   `allowInsecureParameters`, or if the sets of `parameters` and `compactKey` do not go together.
   * @throws TypeError or RangeError if the seed is no integer of 128 bits, nor 16 bytes.
   */
  static async generate(options: GenerateOptions = {}): Promise<ClientKey> {
    checkOptions(checkProgressOptions(options), GENERATE_OPTIONS);
    const { parameters: given = DEFAULT_PARAMETERS, compactKey: compact, oprfKey = false } = options;
    const parameters = checkParameters(given, options);
    const compactKey = compact === undefined ? null : checkCompactParameters(compact, parameters, options);
    checkFlag("oprfKey", oprfKey);
    const tag = options.tag === undefined ? new Uint8Array(0) : copyBytes(options.tag);
    const seed = options.seed === undefined ? null : checkSeed(options.seed);
    try {
      throwIfAborted(options.signal);
      const keys = await generateSecretKeys({ parameters, compactKey, oprfKey }, seed);
      const key = new ClientKey(PERMIT, { ...keys, extras: NO_CLIENT_EXTRAS, tag });
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

  /** The bytes of the key, as TFHE-rs's `safe_serialize` writes them. They are as secret as the key. */
  serialize(): Uint8Array<ArrayBuffer> {
    return serializeClientKey(this.#secret());
  }

  /** Wipes the key from memory. */
  dispose(): void {
    if (this.#key === undefined) return;
    const { lwe, glwe, compact, oprf, extras } = this.#key;
    for (const secret of [
      lwe,
      glwe,
      oprf,
      compact?.key,
      extras.compression?.key,
      extras.noiseSquashing?.key,
      extras.noiseSquashingCompression?.key,
    ]) {
      secret?.fill(0);
    }
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

const GENERATE_OPTIONS: OptionNames<GenerateOptions> = {
  parameters: true,
  compactKey: true,
  oprfKey: true,
  seed: true,
  tag: true,
  allowInsecureParameters: true,
  onProgress: true,
  signal: true,
};

/** What a user's set is, which it must be allowed to be. */
function checkSet<T extends Known>(set: T, options: ParameterOptions): T {
  const { allowInsecureParameters = false } = options;
  if (checkFlag("allowInsecureParameters", allowInsecureParameters) || !set.insecure) return set;
  throw new ParameterError(
    `${set.name} is not a published parameter set of 128 bits; set allowInsecureParameters to use it all the same`,
  );
}

function checkParameters(given: ParameterSet, options: ParameterOptions): ParameterSet {
  return checkSet(
    identifyGiven(checkParameterObject("parameters", given), KNOWN_SETS, validateParameters),
    options,
  );
}

function checkCompactParameters(
  given: CompactParameterSet,
  { name, messageModulus, carryModulus }: ParameterSet,
  options: ParameterOptions,
): CompactParameterSet {
  const compact = checkSet(
    identifyGiven(checkParameterObject("compactKey", given), COMPACT_SETS, validateCompactEncryption),
    options,
  );
  if (compact.messageModulus !== messageModulus || compact.carryModulus !== carryModulus) {
    throw new ParameterError(`${compact.name} is for other message and carry moduli than ${name} has`);
  }
  return compact;
}

/** A key that a user has given. @throws TypeError if it is none. */
export function checkClientKey(key: ClientKey): ClientKey {
  if (!(key instanceof ClientKey)) throw new TypeError(`expected a ClientKey, not ${describe(key)}`);
  return key;
}
