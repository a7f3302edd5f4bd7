import { FheUint64 } from "../../../src/index.ts";
import type { Request } from "../driver/protocol.ts";
import { time, timeEach } from "../driver/timing.ts";
import type { Keys } from "./keys.ts";

/** Packing results into lists, and unpacking them: from the call to the ciphertexts. */
export async function measureList(keys: Keys, { on, operation, batch }: Request): Promise<number | null> {
  if (on !== "FheUint64") return null;
  const { clientKey, engine } = await keys.lists();
  const values = Array.from({ length: batch }, (_, i) => engine.load(FheUint64.encrypt(i, clientKey)));
  const measures: Readonly<Record<string, () => Promise<number>>> = {
    compress: () => time(() => engine.compress(values)),
    decompress: async () => {
      const list = await engine.compress(values);
      return timeEach({
        prepare: () => list,
        run: async () => {
          const handles = engine.expand(list);
          await Promise.all(handles.map((handle) => handle.ciphertext()));
          return handles;
        },
        finish: (_, handles) => {
          for (const handle of handles) handle.dispose();
        },
      });
    },
  };
  const nanoseconds = await measures[operation]?.();
  for (const value of values) value.dispose();
  return nanoseconds === undefined ? null : nanoseconds / batch;
}
