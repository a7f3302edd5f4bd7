import { workerPort } from "../../engine/threads/platform.ts";
import { Executor } from "./executor.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** The program of a worker thread: once set up, it carries out the tapes that it is sent. */
let executor: Executor | undefined;
const port = workerPort((message) => {
  const { setup, tape, area } = message as ToWorker;
  if (setup !== undefined) executor = new Executor(setup);
  if (tape !== undefined) executor?.run(tape, area);
  post("done");
});
const post = (message: FromWorker): void => port(message);
post("up");
