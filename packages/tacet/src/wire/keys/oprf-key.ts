import { type Codec, versioned } from "../bincode/codec.ts";
import { standardPattern } from "../core/core.ts";
import { core64, type WireBootstrapKey } from "../core/torus.ts";
import { classic } from "./bootstrap-key.ts";
import { fourierBootstrapKey, type WireFourierKey } from "./fourier-key.ts";

/*
 * The keys that random generation has to itself, in TFHE-rs's `shortint`: a small LWE key, and what bootstraps from it
 * to the big one.
 */

/** `OprfPrivateKey`. */
export const oprfSecretKey: Codec<Uint8Array> = versioned(
  0,
  versioned(0, standardPattern(core64.lweSecretKey)),
);

/** `CompressedOprfServerKey`. */
export const seededOprfKey: Codec<WireBootstrapKey> = versioned(
  0,
  versioned(0, classic(core64.seededBootstrapKey)),
);

/** `OprfServerKey`. */
export const expandedOprfKey: Codec<WireFourierKey> = versioned(
  0,
  versioned(0, classic(fourierBootstrapKey)),
);
