import { type BoolHandle, FheAsciiString, type StringHandle } from "../../../src/index.ts";
import type { Request } from "../driver/protocol.ts";
import { timeEach } from "../driver/timing.ts";
import type { Keys } from "./keys.ts";

/** Thirty-two characters, and what is looked for in them. */
const TEXT = "the quick brown fox jumps over a";
const PATTERN = "jump";

const OPERATIONS: Readonly<Record<string, (a: StringHandle, b: StringHandle) => StringHandle | BoolHandle>> =
  {
    "eq encrypted": (a, b) => a.eq(b),
    "contains clear": (a) => a.contains(PATTERN),
    "toLowerCase ": (a) => a.toLowerCase(),
  };

/** Operations on encrypted texts, in an engine: from the call to the result's ciphertext. */
export async function measureText(
  keys: Keys,
  { on, operation, operand, batch }: Request,
): Promise<number | null> {
  const operate = OPERATIONS[`${operation} ${operand}`];
  if (on !== "FheAsciiString" || operate === undefined) return null;
  const { clientKey, engine } = await keys.server("2_2");
  const ciphertexts = Array.from({ length: batch }, () =>
    [0, 1].map(() => FheAsciiString.encrypt(TEXT, clientKey)),
  );
  const nanoseconds = await timeEach({
    prepare: () => ciphertexts.map((pair) => pair.map((one) => engine.load(one))),
    run: async (inputs) => {
      const results = inputs.map(([a, b]) => operate(a, b));
      await Promise.all(results.map((result) => result.ciphertext()));
      return results;
    },
    finish: (inputs, results) => {
      for (const handle of [...inputs.flat(), ...results]) handle.dispose();
    },
  });
  return nanoseconds / batch;
}
