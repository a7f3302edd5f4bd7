import {
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
} from "../src/index.ts";
import { Laboratory } from "../test/laboratory.ts";
import type { Reporter } from "./reporter.ts";

const SETS = [
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
];

/** The bootstrap itself, on one thread: with its key switch (KS-PBS) and without (PBS), by itself and in batches. */
export async function bootstrapBenchmarks(reporter: Reporter): Promise<void> {
  const batches = [1, 4, 8];
  const named = (what: string, batch: number): string => `${what} batch of ${batch}`;
  if (!reporter.wants(...batches.flatMap((batch) => [named("PBS", batch), named("KS-PBS", batch)]))) return;
  for (const parameters of SETS) {
    const laboratory = await Laboratory.create(parameters);
    for (const batch of batches) {
      const task = { params: parameters.name, pbs: 1, per: batch, runs: 9 };
      const inputs = Array.from({ length: batch }, () => laboratory.encrypt(1));
      const table = Array.from({ length: laboratory.capacity }, (_, value) => value);
      await reporter.measure({
        ...task,
        name: named("KS-PBS", batch),
        run: () => laboratory.lookup(inputs, [table], laboratory.capacity),
      });
      const small = laboratory.keySwitch(inputs, { modulusSwitch: false });
      await reporter.measure({
        ...task,
        name: named("PBS", batch),
        run: () => laboratory.bootstrap(small),
      });
    }
  }
}
