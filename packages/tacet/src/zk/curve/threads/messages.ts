import type { Area, CurveTask } from "../tasks.ts";

/** What a worker is told once, to begin. */
export interface Setup {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the kernel's tables. */
  readonly tables: number;
}

/** What a worker is to do next, and where it may write. */
export interface Order {
  readonly task: CurveTask;
  readonly area: Area;
}

/** What a worker says when it has come up, and whenever it has done what it was told. */
export const READY = "ready";
