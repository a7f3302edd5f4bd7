import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ServiceOptions } from "../src/service/options.ts";

const script = fileURLToPath(new URL("./process.ts", import.meta.url));

/** A process of the service. */
export interface ServiceProcess {
  readonly child: ChildProcess;
  /** Where it listens, unless it is a worker. */
  readonly url: string | undefined;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Ends it as operators do. */
  end(): Promise<number | null>;
}

/** Starts a process of the service, and waits until it is ready. */
export async function startProcess(
  options: Partial<Omit<ServiceOptions, "onError">> & { folder: string },
): Promise<ServiceProcess> {
  const child = fork(script, [JSON.stringify(options)], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const exited = once(child, "exit");
  const [message] = (await Promise.race([
    once(child, "message"),
    exited.then(() => {
      throw new Error("the process ended before it was ready");
    }),
  ])) as [{ url: string | undefined }];
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
  };
  return {
    child,
    url: message.url,
    ended: exited.then(() => undefined),
    kill: () => end("SIGKILL"),
    end: async () => {
      await end("SIGTERM");
      return child.exitCode;
    },
  };
}
