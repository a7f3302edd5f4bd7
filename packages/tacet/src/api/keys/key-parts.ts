import { ParameterError } from "../../errors.ts";
import { checkOptions, type OptionNames } from "../../options.ts";
import { checkProgressOptions, type ProgressOptions } from "../../progress.ts";
import type { SerializedServerKey } from "../../wire/keys/server-key.ts";
import { nameOf } from "../values/value.ts";

/** A part that a server key may have, by the option of `ClientKey.generate` that it comes from. */
export type KeyPart =
  | "compactKey"
  | "compression"
  | "noiseSquashing"
  | "noiseSquashingCompression"
  | "reRandomization"
  | "oprfKey"
  | "transciphering";

/** What `ServerKey.expand` may be told. */
export interface ExpandKeyOptions extends ProgressOptions {
  /** The parts that the expanded key is to have beside the computing key; all of them unless given. */
  readonly parts?: readonly KeyPart[] | undefined;
}

const NAMES: OptionNames<ExpandKeyOptions> = { parts: true, onProgress: true, signal: true };

/** What each part is called in a server key. */
const FIELDS = {
  compactKey: ["casting"],
  compression: ["compression", "decompression"],
  noiseSquashing: ["noiseSquashing"],
  noiseSquashingCompression: ["noiseSquashingCompression"],
  reRandomization: ["reRandomization"],
  oprfKey: ["oprf"],
  transciphering: ["transciphering"],
} as const satisfies Record<KeyPart, readonly (keyof SerializedServerKey)[]>;

const PARTS = Object.keys(FIELDS) as KeyPart[];

/** Whether a key has a part. */
function hasPart(key: SerializedServerKey, part: KeyPart): boolean {
  return FIELDS[part].some((field) => key[field] !== null);
}

/**
 * A server key with some of its parts only.
 *
 * @throws TypeError for what names no part, ParameterError for a part that the key lacks, or that is of no use without
 *   another.
 */
export function withParts(key: SerializedServerKey, options: ExpandKeyOptions): SerializedServerKey {
  const { parts } = checkOptions(checkProgressOptions(options), NAMES);
  if (parts === undefined) return key;
  if (!Array.isArray(parts)) throw new TypeError(`expected an array as parts, not ${nameOf(parts)}`);
  for (const part of parts) {
    if (!PARTS.includes(part)) {
      throw new TypeError(`expected names as parts, of ${PARTS.join(", ")}; not ${nameOf(part)}`);
    }
    if (!hasPart(key, part)) throw new ParameterError(`the key has no part for ${part}`);
  }
  if (parts.includes("reRandomization") && key.reRandomization?.kind === "casting") {
    if (!parts.includes("compactKey")) {
      throw new ParameterError("reRandomization is of no use without compactKey, whose key switch it takes");
    }
  }
  const left = PARTS.filter((part) => !parts.includes(part)).flatMap((part) => [...FIELDS[part]]);
  return { ...key, ...Object.fromEntries(left.map((field) => [field, null])) };
}
