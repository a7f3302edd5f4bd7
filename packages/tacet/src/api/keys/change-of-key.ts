import { ParameterError } from "../../errors.ts";
import { describe } from "../../opaque.ts";
import type { ParameterSet } from "../../parameters/parameter-set.ts";
import type { ProgressOptions } from "../../progress.ts";
import type { ExpandedKey } from "../../scheme/server-key/expanded-key.ts";
import { ExpandedServerKey, expansionOf } from "./expanded-server-key.ts";
import { ServerKey } from "./server-key.ts";

/* What keys that lead from one client key to another have in common. */

/** What an expanded key may have beside what computes. */
export const NO_PARTS = {
  casting: null,
  oprf: null,
  compression: null,
  decompression: null,
  transciphering: null,
  reRandomization: null,
  noiseSquashing: null,
  noiseSquashingCompression: null,
} as const;

/** @throws ParameterError for parameter sets whose blocks hold different integers. */
export function checkSameModuli(from: ParameterSet, to: ParameterSet): void {
  if (from.messageModulus === to.messageModulus && from.carryModulus === to.carryModulus) return;
  throw new ParameterError(`${from.name} has other message and carry moduli than ${to.name}`);
}

/**
 * What computes of a server key of a client key.
 *
 * @throws TypeError if it is none, ParameterError if it is of other parameters.
 */
export async function computingKeyOf(
  serverKey: ServerKey | ExpandedServerKey,
  { name }: ParameterSet,
  { signal }: ProgressOptions,
): Promise<ExpandedKey> {
  if (!(serverKey instanceof ServerKey || serverKey instanceof ExpandedServerKey)) {
    throw new TypeError(`expected a ServerKey, not ${describe(serverKey)}`);
  }
  if (serverKey.parameters.name !== name) {
    throw new ParameterError(
      `the server key is of ${serverKey.parameters.name}, and the client key of ${name}`,
    );
  }
  const expanded = serverKey instanceof ServerKey ? await serverKey.expand({ parts: [], signal }) : serverKey;
  return { ...expansionOf(expanded), ...NO_PARTS };
}
