import { clearEngine } from "../src/clear.ts";
import {
  DEFAULT_PARAMETERS,
  FheUint8,
  FheUint64,
  type FheUintType,
  type IntegerHandle,
  type UintHandle,
  type Width,
} from "../src/index.ts";
import type { Reporter } from "./reporter.ts";

type Uint = UintHandle<Width>;

const OPERATIONS: readonly (readonly [name: string, operation: (a: Uint, b: Uint) => Uint])[] = [
  ["add", (a, b) => a.add(b)],
  ["mul", (a, b) => a.mul(b)],
  ["div", (a, b) => a.div(b)],
  ["min", (a, b) => a.min(b)],
];

/**
 * Operations on plain values, from what is loaded to the bytes of the result: what tests of programs wait for. The lines
 * of the same names without the last words are those of an engine, which are for what comes after the graph is built.
 */
export async function clearBenchmarks(reporter: Reporter): Promise<void> {
  const types = [FheUint8, FheUint64];
  const engine = await clearEngine();
  for (const type of types as readonly FheUintType<Width>[]) {
    for (const [operation, compute] of OPERATIONS) {
      const handles = (): IntegerHandle[] => {
        const [a, b] = [0x5ead_beef_cafe_f00dn, 7n].map((value) =>
          engine.load(type.encryptTrivial(BigInt.asUintN(type.width, value))),
        );
        return [compute(a, b), a, b];
      };
      await reporter.measure({
        name: `${type.name} ${operation} on plain values`,
        params: DEFAULT_PARAMETERS.name,
        pbs: engine.explain(handles()[0]).bootstraps,
        run: async () => {
          const [result, ...operands] = handles();
          await result.serialize();
          for (const handle of [result, ...operands]) handle.dispose();
        },
      });
    }
  }
  engine.dispose();
}
