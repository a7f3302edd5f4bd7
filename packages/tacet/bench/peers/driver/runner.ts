import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Answer, Implementation, Request } from "./protocol.ts";

/** How to start a runner. */
export interface Start {
  readonly command: readonly [string, ...string[]];
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** The only processor that it may use. */
  readonly core?: number | undefined;
}

/** A process that measures one implementation. It waits without using the processor between requests. */
export class Runner {
  readonly implementation: Implementation;
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  /** @throws Error if the process cannot be started, or ends before it has said what it is. */
  static async start({ command, folder, environment = {}, core }: Start): Promise<Runner> {
    const [program, ...parameters] =
      core === undefined ? command : (["taskset", "-c", String(core), ...command] as const);
    const child = spawn(program, parameters, {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ["pipe", "pipe", "inherit"],
    });
    await once(child, "spawn");
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const implementation = (await next(lines, command)) as Implementation;
    return new Runner(implementation, child, lines);
  }

  private constructor(implementation: Implementation, process: ChildProcess, lines: AsyncIterator<string>) {
    this.implementation = implementation;
    this.#process = process;
    this.#lines = lines;
  }

  /**
   * Nanoseconds of what is asked for, or `null` where the implementation does not have it.
   *
   * @throws Error if the process ends.
   */
  async ask(request: Request): Promise<number | null> {
    this.#process.stdin!.write(`${JSON.stringify(request)}\n`);
    const answer = await next(this.#lines, [this.implementation.name, JSON.stringify(request)]);
    return (answer as Answer).nanoseconds;
  }

  /** Ends the process. */
  stop(): void {
    this.#process.stdin!.end();
    this.#process.kill();
  }
}

async function next(lines: AsyncIterator<string>, what: readonly string[]): Promise<unknown> {
  const { done, value } = await lines.next();
  if (done) throw new Error(`the runner ended without an answer: ${what.join(" ")}`);
  return JSON.parse(value);
}
