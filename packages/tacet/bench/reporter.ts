import { Bench } from "tinybench";

/** One measurement. */
export interface Line {
  readonly name: string;
  /** Name of the parameter set. */
  readonly params: string;
  readonly threads: number;
  readonly medianMs: number;
  readonly minMs: number;
  /** Number of bootstraps; 0 where there are none. */
  readonly pbs: number;
}

/** What to measure. */
export interface Task {
  readonly name: string;
  readonly params: string;
  readonly threads?: number;
  readonly pbs?: number;
  /** How many things one run does; times are given for one of them. */
  readonly per?: number;
  /** Number of runs at least; 5 unless given. */
  readonly runs?: number;
  /** Called before each run, outside of what is measured. */
  readonly prepare?: () => void;
  readonly run: () => unknown;
}

const NAME_WIDTH = 34;
const PARAMS_WIDTH = 46;

/** Runs the benchmarks that the filter lets through. */
export class Reporter {
  readonly #filter: string;
  readonly #report: (line: Line) => void;

  constructor(filter: string, report: (line: Line) => void) {
    this.#filter = filter;
    this.#report = report;
  }

  /** Whether any of the names passes the filter: whether their common preparation is worth its time. */
  wants(...names: readonly string[]): boolean {
    return names.some((name) => name.includes(this.#filter));
  }

  /** Measures a task, if its name passes the filter, for 300 ms or its number of runs, whichever is longer. */
  async measure({
    name,
    params,
    threads = 1,
    pbs = 0,
    per = 1,
    runs = 5,
    prepare,
    run,
  }: Task): Promise<void> {
    if (!this.wants(name)) return;
    const bench = new Bench({
      time: 300,
      iterations: runs,
      warmupTime: 0,
      warmupIterations: 1,
      throws: true,
    });
    const beforeEach = (): void => prepare?.();
    bench.add(
      name,
      async () => {
        await run();
      },
      { beforeEach },
    );
    await bench.run();
    const result = bench.tasks[0]?.result;
    if (result === undefined || !("latency" in result)) throw new Error(`${name} was not measured`);
    const { p50, min } = result.latency;
    this.#report({ name, params, threads, medianMs: p50 / per, minMs: min / per, pbs });
  }

  static header(): string {
    return Reporter.#format("name", "parameters", "threads", "median ms", "min ms", "bootstraps");
  }

  static row({ name, params, threads, medianMs, minMs, pbs }: Line): string {
    return Reporter.#format(
      name,
      params,
      String(threads),
      medianMs.toFixed(3),
      minMs.toFixed(3),
      String(pbs),
    );
  }

  static #format(name: string, params: string, ...numbers: readonly string[]): string {
    const columns = numbers.map((number) => number.padStart(11));
    return `${name.padEnd(NAME_WIDTH)} ${params.padEnd(PARAMS_WIDTH)}${columns.join("")}`;
  }
}
