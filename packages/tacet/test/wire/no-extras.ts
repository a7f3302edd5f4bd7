import type { CarriedKeys } from "../../src/scheme/server-key/seeded-key.ts";
import type { ServerKeyExtras } from "../../src/wire/keys/server-key.ts";

/** Those of server keys for nothing but computing. */
export const NO_SERVER_EXTRAS: ServerKeyExtras & Pick<CarriedKeys, "reRandomization"> = {
  noiseSquashing: null,
  noiseSquashingCompression: null,
  reRandomization: null,
};
