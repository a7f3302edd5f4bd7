import { KIT, type Kit } from "../engine/kit.ts";
import { KNOWN_SETS } from "../parameters/known-sets.ts";
import { type ParameterSet, validateParameters } from "../parameters/parameter-set.ts";
import { checkClientKey, secretOf } from "./keys/client-key.ts";
import { givenSet } from "./keys/generate-options.ts";
import { checkBytes, copyBytes } from "./values/value.ts";

/** What `tacet/leveled` needs of the inside of the library. */
export interface Inside extends Kit {
  readonly secretOf: typeof secretOf;
  readonly checkClientKey: typeof checkClientKey;
  readonly checkBytes: typeof checkBytes;
  readonly copyBytes: typeof copyBytes;
  /** Parameters that a user has given. @throws TypeError, ParameterError as `ClientKey.generate`. */
  readonly checkParameters: (parameters: ParameterSet, allowInsecureParameters: boolean) => ParameterSet;
}

export const INSIDE: Inside = {
  ...KIT,
  secretOf: (key) => secretOf(key),
  checkClientKey,
  checkBytes,
  copyBytes,
  checkParameters: (parameters, allowed) =>
    givenSet("parameters", parameters, allowed, KNOWN_SETS, validateParameters),
};
