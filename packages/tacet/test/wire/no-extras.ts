import type { ServerKeyExtras } from "../../src/wire/keys/server-key.ts";

/** Those of server keys for nothing but computing. */
export const NO_SERVER_EXTRAS: ServerKeyExtras = {
  noiseSquashing: null,
  noiseSquashingCompression: null,
  reRandomization: null,
};
