import { FheBool } from "../../../src/index.ts";
import type { Request } from "../driver/protocol.ts";
import { time, timeEach } from "../driver/timing.ts";
import type { Keys } from "./keys.ts";

/**
 * The programmable bootstrap, with its key switch (KS-PBS) and without (PBS). On one thread it is called directly; on
 * many, an engine computes as many conjunctions of booleans, each of which is one KS-PBS.
 */
export async function measureBootstrap(keys: Keys, request: Request): Promise<number | null> {
  if (keys.threads > 1) return request.operation === "KS-PBS" ? throughEngine(keys, request) : null;
  const { on, operation, batch } = request;
  const laboratory = await keys.laboratory(on);
  const inputs = Array.from({ length: batch }, () => laboratory.encrypt(1));
  const table = Array.from({ length: laboratory.capacity }, (_, value) => value);
  const lookup = (): unknown => laboratory.lookup(inputs, [table], laboratory.capacity);
  if (operation === "KS-PBS") return (await time(lookup)) / batch;
  lookup(); // writes the table
  const small = laboratory.keySwitch(inputs, { modulusSwitch: false });
  return (await time(() => laboratory.bootstrap(small))) / batch;
}

async function throughEngine(keys: Keys, { on, batch }: Request): Promise<number> {
  const { clientKey, engine } = await keys.server(on);
  const ciphertexts = Array.from({ length: 2 * batch }, () => FheBool.encrypt(true, clientKey));
  const nanoseconds = await timeEach({
    prepare: () => ciphertexts.map((ciphertext) => engine.load(ciphertext)),
    run: async (handles) => {
      const results = Array.from({ length: batch }, (_, i) => handles[2 * i].and(handles[2 * i + 1]));
      await Promise.all(results.map((result) => result.ciphertext()));
      return results;
    },
    finish: (handles, results) => {
      for (const handle of [...handles, ...results]) handle.dispose();
    },
  });
  return nanoseconds / batch;
}
