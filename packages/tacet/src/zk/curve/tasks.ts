import type { Pace } from "../../progress.ts";
import type { CurveKernel } from "../kernel/kernel.ts";
import { type FixedBaseTask, multiplyFixedBase } from "./fixed-base.ts";
import { G1, G2, type Group } from "./group.ts";
import { type MultiMultiplyTask, multiMultiply } from "./multi-multiply.ts";
import { Region } from "./region.ts";
import { SubgroupCheck } from "./subgroup.ts";

/** Whether points that lie one behind the other are all in their group: the word at `out` becomes 1 if so. */
export interface CheckTask {
  readonly points: number;
  readonly count: number;
  readonly out: number;
}

/** Work on the memory that all threads share, as what can be sent to a thread: some milliseconds each. */
export type CurveTask = { readonly group: Group["name"] } & (
  | ({ readonly kind: "multiples" } & MultiMultiplyTask)
  | ({ readonly kind: "fixed base" } & FixedBaseTask)
  | ({ readonly kind: "check" } & CheckTask)
);

/** A part of the memory for whoever carries a task out. */
export interface Area {
  readonly address: number;
  readonly bytes: number;
}

/** Who carries tasks out. */
export interface Crew {
  /** How many tasks at a time. */
  readonly size: number;
  /** Carries tasks out, each in one of the areas, of which there are `size`. */
  run(tasks: readonly CurveTask[], areas: readonly Area[], pace: Pace): Promise<void>;
  stop(): Promise<void>;
}

/** Carries a task out; its results lie in memory. */
export function perform(kernel: CurveKernel, task: CurveTask, { address, bytes }: Area): void {
  const region = new Region(address, bytes);
  const group = task.group === "G1" ? G1 : G2;
  switch (task.kind) {
    case "multiples":
      multiMultiply(kernel, group, task, region);
      return;
    case "fixed base":
      multiplyFixedBase(kernel, group, task, region);
      return;
    case "check": {
      const valid = new SubgroupCheck(kernel, group, region).checkStored(task.points, task.count);
      kernel.words[task.out / 4] = valid ? 1 : 0;
    }
  }
}

/** The calling thread, which works in turns of the event loop. */
export class CallingThread implements Crew {
  readonly size = 1;
  readonly #kernel: CurveKernel;

  constructor(kernel: CurveKernel) {
    this.#kernel = kernel;
  }

  async run(tasks: readonly CurveTask[], [area]: readonly Area[], pace: Pace): Promise<void> {
    for (const task of tasks) {
      perform(this.#kernel, task, area!);
      await pace.done(0);
    }
  }

  async stop(): Promise<void> {}
}
