import type { CurveKernel } from "../kernel/kernel.ts";
import { G1, G2, type Group } from "./group.ts";
import { type MultiMultiplyTask, multiMultiply } from "./multi-multiply.ts";
import { Region } from "./region.ts";

/** Work on the memory that all threads share, as what can be sent to a thread: some milliseconds each. */
export interface CurveTask extends MultiMultiplyTask {
  readonly group: Group["name"];
}

/** A part of the memory for whoever carries a task out. */
export interface Area {
  readonly address: number;
  readonly bytes: number;
}

export const groupNamed = (name: Group["name"]): Group => (name === "G1" ? G1 : G2);

/** Carries a task out; its results lie in memory. */
export function perform(kernel: CurveKernel, task: CurveTask, { address, bytes }: Area): void {
  multiMultiply(kernel, groupNamed(task.group), task, new Region(address, bytes));
}
