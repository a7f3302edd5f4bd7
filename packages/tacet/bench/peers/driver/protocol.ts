import { createInterface } from "node:readline";

/** What a runner measures: one JSON object a line on its standard input. */
export interface Request {
  readonly group: "bootstrap" | "integer" | "value" | "key" | "list" | "input" | "text";
  /** The parameter set (`2_2`), type or key that it is done on. */
  readonly on: string;
  readonly operation: string;
  /** What the right operand is, if there is one. */
  readonly operand: "encrypted" | "clear" | "";
  /** How many at once, independent of each other: 1 measures latency. */
  readonly batch: number;
}

/** What a runner says for each request, in order: one JSON object a line on its standard output. */
export interface Answer {
  /** Of one of the batch; `null` where the implementation does not have what was asked for. */
  readonly nanoseconds: number | null;
}

/** What a runner says first. */
export interface Implementation {
  readonly name: string;
  readonly version: string;
  /** What it runs on: `native`, or a version of Node.js. */
  readonly platform: string;
}

/** Answers requests until standard input ends. */
export async function serve(
  implementation: Implementation,
  measure: (request: Request) => Promise<number | null>,
): Promise<void> {
  const say = (message: Implementation | Answer): void => console.log(JSON.stringify(message));
  say(implementation);
  for await (const line of createInterface({ input: process.stdin })) {
    say({ nanoseconds: await measure(JSON.parse(line) as Request) });
  }
}
