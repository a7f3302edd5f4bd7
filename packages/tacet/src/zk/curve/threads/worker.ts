import { workerPort } from "../../../engine/threads/platform.ts";
import { CurveKernel } from "../../kernel/kernel.ts";
import { perform } from "../tasks.ts";
import { type Order, READY, type Setup } from "./messages.ts";

/** The program of a worker thread: once set up, it does what it is told, a task at a time. */
let kernel: CurveKernel | undefined;
const post = workerPort((message) => {
  if (kernel === undefined) {
    const { module, memory, tables } = message as Setup;
    kernel = new CurveKernel(module, memory, tables);
  } else {
    const { task, area } = message as Order;
    kernel.refresh(area.address + area.bytes);
    perform(kernel, task, area);
  }
  post(READY);
});
