import { setTimeout as sleep } from "node:timers/promises";
import { ServiceError } from "../src/errors.ts";
import { leavesIn, type Tree } from "../src/jobs/tree.ts";
import type {
  CheckedProgram,
  Computation,
  ComputationOptions,
  OpenKey,
  ProgramDescription,
} from "../src/worker/computation.ts";

/** What a graph of the stand-in says. */
export interface StandInGraph {
  readonly op: "add" | "throw" | "refuse" | "crash";
  readonly inputs: readonly string[];
  readonly bootstraps?: number;
}

/** Clear parameters of the stand-in. */
interface StandInParameters {
  /** How long it computes. */
  readonly milliseconds?: number;
}

/** What its keys begin with. */
export const KEY_PREFIX = "key:";

/** Memory that a key pretends to take. */
export const KEY_BYTES = 1_000;

/**
 * Stands in for the computation on encrypted values: adds bytes up, for as long as the parameters say. Its result begins
 * with the key, so that a wrong one shows.
 */
export class StandIn implements Computation {
  /** Keys that were opened and not disposed of. */
  openKeys = 0;

  async check(graph: unknown): Promise<CheckedProgram> {
    const { op, inputs, bootstraps = 1 } = graph as StandInGraph;
    if (!["add", "throw", "refuse", "crash"].includes(op) || !Array.isArray(inputs)) {
      throw new ServiceError("invalid-program", `There is no operation "${String(op)}".`, {
        members: { pointer: "/op" },
      });
    }
    return {
      graph: JSON.stringify({ op, inputs, bootstraps }),
      description: { inputs },
      bootstraps,
      depth: 1,
    };
  }

  checkInputs(description: ProgramDescription, inputs: Readonly<Record<string, Tree<string>>>): void {
    const expected = description.inputs as readonly string[];
    const missing = expected.find((name) => !Object.hasOwn(inputs, name));
    if (missing === undefined) return;
    throw new ServiceError("invalid-request", `The input "${missing}" is missing.`);
  }

  async close(): Promise<void> {}

  milliseconds(bootstraps: number): number {
    return bootstraps * 10;
  }

  async open(serverKey: Uint8Array): Promise<OpenKey> {
    const key = Buffer.from(serverKey).toString();
    if (!key.startsWith(KEY_PREFIX)) throw new ServiceError("invalid-key", "This is no key.");
    this.openKeys++;
    return {
      bytes: KEY_BYTES,
      run: (graph, inputs, parameters, options) => run(key, graph, inputs, parameters, options),
      dispose: () => {
        this.openKeys--;
      },
    };
  }
}

async function run(
  key: string,
  graph: string,
  inputs: Readonly<Record<string, Tree<Uint8Array>>>,
  parameters: unknown,
  { signal, onProgress }: ComputationOptions,
): Promise<Record<string, Tree<Uint8Array>>> {
  const { milliseconds = 0 } = (parameters ?? {}) as StandInParameters;
  const { op } = JSON.parse(graph) as StandInGraph;
  for (let left = milliseconds; left > 0; left -= 20) {
    await sleep(Math.min(left, 20), undefined, { signal });
    onProgress(1 - left / milliseconds);
  }
  if (op === "throw") throw new Error("a secret of the service");
  if (op === "refuse") throw new ServiceError("invalid-value", "The value is of another key.");
  if (op === "crash") process.kill(process.pid, "SIGKILL");
  return { sum: sumOf(key, leavesIn(inputs)), count: [Buffer.from(String(leavesIn(inputs).length))] };
}

/** What the stand-in gives for inputs. */
export function sumOf(key: string, inputs: readonly Uint8Array[]): Uint8Array {
  const sum = new Uint8Array(Math.max(0, ...inputs.map(({ length }) => length)));
  for (const input of inputs) for (const [at, byte] of input.entries()) sum[at]! += byte;
  return Buffer.concat([Buffer.from(key), sum]);
}
