import { expect, test } from "vitest";
import { clearEngine } from "../../src/clear.ts";
import {
  PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
} from "../../src/index.ts";
import { generateCrew, generateProgram } from "../fuzz/generate/program.ts";
import { knownPrograms } from "../fuzz/known-cases.ts";
import { printProgram } from "../fuzz/print-program.ts";
import type { ParametersName } from "../fuzz/program.ts";
import { Random } from "../fuzz/random.ts";
import { runEncrypted } from "../fuzz/run-program.ts";
import { sampleCount } from "../samples.ts";

const SETS = {
  "1_1": PARAM_MESSAGE_1_CARRY_1_KS_PBS_TUNIFORM_2M128,
  "2_2": PARAM_MESSAGE_2_CARRY_2_KS_PBS_TUNIFORM_2M128,
  "3_3": PARAM_MESSAGE_3_CARRY_3_KS_PBS_TUNIFORM_2M128,
};

test.each(Object.keys(SETS) as ParametersName[])(
  "random programs give what they mean, with blocks of %s, and leave nothing",
  async (name) => {
    using engine = await clearEngine({ parameters: SETS[name] });
    let results = 0;
    for (let index = 0; index < sampleCount(60, 1000); index++) {
      const random = new Random(11, index);
      const program = generateProgram(random, name);
      const outcome = await runEncrypted(program, engine, null);
      const { failure } = outcome;
      if (failure !== undefined) {
        expect.fail(`${failure.message}\n${printProgram(program, { crew: generateCrew(random), seed: 1 })}`);
      }
      results += outcome.results;
      expect(engine.info.ciphertexts, `number ${index}`).toBe(0);
    }
    expect(results).toBeGreaterThan(100);
  },
);

test("programs that went wrong once give what they mean", async () => {
  for (const program of knownPrograms([])) {
    using engine = await clearEngine({ parameters: SETS[program.parameters] });
    expect((await runEncrypted(program, engine, null)).failure).toBeUndefined();
  }
});
