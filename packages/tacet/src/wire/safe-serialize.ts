import { DeserializationError } from "../errors.ts";
import { describe } from "../opaque.ts";
import { checkFlag, checkNumber, checkOptions, type OptionNames } from "../options.ts";
import { type Codec, constant, decode, encode, frequent, mapped, struct, variant } from "./bincode/codec.ts";
import { string } from "./bincode/primitives.ts";
import type { LayoutVersion } from "./bincode/reader.ts";

/** What reading may be told. */
export interface DeserializeOptions {
  /** Most bytes that are accepted; 2^30 if not given. */
  readonly sizeLimit?: number;
}

/** Which parameters keys may have. */
export interface ParameterOptions {
  /**
   * Accepts parameter sets other than those of at least 128 bits that Tacet publishes. For tests and research:
   * such a set may hide nothing.
   */
  readonly allowInsecureParameters?: boolean;
}

/** What `sizeLimit` is if not given. */
export const DEFAULT_SIZE_LIMIT: number = 2 ** 30;

/** The header that TFHE-rs's `safe_serialize` puts in front of a value: its own version, then what follows. */
const header = (type: string): Codec<null> =>
  frequent(
    mapped(
      struct({
        version: constant(string, "0.5"),
        mode: variant(["versioned", "unversioned serialization"], 0, constant(string, "0.1")),
        type: constant(string, type),
      }),
      () => null,
      () => ({ version: null, mode: null, type: null }),
    ),
    null,
  );

/** A type that stands alone: the layout of its values behind the header with its name in TFHE-rs. */
export function standalone<T>(type: string, value: Codec<T>): Codec<T> {
  return mapped(
    struct({ header: header(type), value }),
    (file) => file.value,
    (value) => ({ header: null, value }),
  );
}

const NAMES: OptionNames<DeserializeOptions & ParameterOptions> = {
  sizeLimit: true,
  allowInsecureParameters: true,
};

/** What reading has been told, all filled in. @throws TypeError for options that are none. */
export function checkDeserializeOptions(
  options: DeserializeOptions & ParameterOptions,
  defaultLimit: number = DEFAULT_SIZE_LIMIT,
): { sizeLimit: number; allowInsecureParameters: boolean } {
  const { sizeLimit = defaultLimit, allowInsecureParameters = false } = checkOptions(options, NAMES);
  return {
    sizeLimit: checkNumber("sizeLimit", sizeLimit),
    allowInsecureParameters: checkFlag("allowInsecureParameters", allowInsecureParameters),
  };
}

/**
 * What reading some input has been told.
 *
 * @throws DeserializationError if the input is longer than the limit, TypeError for options that are none.
 */
export function checkSize(
  input: Uint8Array,
  options: DeserializeOptions & ParameterOptions,
): { allowInsecureParameters: boolean } {
  const checked = checkDeserializeOptions(options);
  if (input.length <= checked.sizeLimit) return checked;
  throw new DeserializationError(`input has ${input.length} bytes; the limit is ${checked.sizeLimit}`, 0);
}

/**
 * Reads what `safeSerialize` or TFHE-rs's `safe_serialize` wrote.
 *
 * @throws DeserializationError if the bytes are more than the limit, of another type or version, cut off, too
 *   many, or do not conform; OutOfMemoryError.
 */
export function safeDeserialize<T>(
  codec: Codec<T>,
  input: Uint8Array,
  options: DeserializeOptions & ParameterOptions = {},
): T {
  const { allowInsecureParameters } = checkSize(input, options);
  return decode(codec, input, { versioned: true, allowInsecureParameters });
}

/** What the writing of a key may be told. */
export interface SerializeOptions {
  /**
   * The version of TFHE-rs whose layout is written. Unless given it is that of 1.7, which later ones read as well, or
   * 1.8's for a key with parts that 1.7 does not know.
   */
  readonly version?: LayoutVersion | undefined;
}

const VERSIONS: readonly unknown[] = ["1.7", "1.8"] satisfies LayoutVersion[];

function checkVersion(version: unknown): void {
  if (VERSIONS.includes(version)) return;
  const message = `version is "1.7" or "1.8", not ${describe(version)}`;
  throw typeof version === "string" ? new RangeError(message) : new TypeError(message);
}

/**
 * The bytes that TFHE-rs's `safe_serialize` writes for the same value.
 *
 * @throws TypeError for options that are none, RangeError for a version that has no room for the value, OutOfMemoryError.
 */
export function safeSerialize<T>(
  codec: Codec<T>,
  value: T,
  options: SerializeOptions = {},
): Uint8Array<ArrayBuffer> {
  const { version } = checkOptions(options, { version: true });
  if (version !== undefined) checkVersion(version);
  return encode(codec, value, { versioned: true, layouts: version });
}
