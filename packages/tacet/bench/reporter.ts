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
  /** The same of `node-tfhe`, where that was measured in turn. */
  readonly peer?: Peer;
  /** What it takes besides time, where that is what was measured. */
  readonly growth?: Growth;
}

/** What grows with what is asked for. */
export interface Growth {
  /** How long the event loop was blocked at most. */
  readonly blockMs: number;
  /** By how much the process was larger at most than before. */
  readonly bytes: number;
}

/** What `node-tfhe` takes for the same. */
export interface Peer {
  readonly medianMs: number;
  /** Time divided by the peer's: the median of pairs that were measured one after the other. */
  readonly ratio: number;
}

/** What to measure beside `node-tfhe`. */
export interface Comparison {
  readonly name: string;
  readonly params: string;
  readonly ours: () => unknown;
  readonly peer: () => unknown;
  /** Number of pairs; 9 unless given. */
  readonly pairs?: number;
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
const GROWTH_WIDTH = 44;

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

  /** Measures two functions in turn, pair by pair, if the name passes the filter. */
  async compare({ name, params, ours, peer, pairs = 9 }: Comparison): Promise<void> {
    if (!this.wants(name)) return;
    const [oursMs, peerMs]: [number[], number[]] = [[], []];
    const counts = [await calibrate(ours), await calibrate(peer)];
    for (let pair = 0; pair < pairs; pair++) {
      oursMs.push(await time(ours, counts[0]));
      peerMs.push(await time(peer, counts[1]));
    }
    const ratio = median(oursMs.map((ms, i) => ms / peerMs[i]));
    const [medianMs, minMs] = [median(oursMs), Math.min(...oursMs)];
    this.#report({
      name,
      params,
      threads: 1,
      medianMs,
      minMs,
      pbs: 0,
      peer: { medianMs: median(peerMs), ratio },
    });
  }

  /** Reports what has been measured elsewhere. */
  report(line: Line): void {
    this.#report(line);
  }

  static header(): string {
    const columns = ["threads", "median ms", "min ms", "bootstraps", "node-tfhe", "ratio"];
    return Reporter.#format("name", "parameters", ...columns);
  }

  static row({ name, params, threads, medianMs, minMs, pbs, peer, growth }: Line): string {
    if (growth !== undefined) {
      const { blockMs, bytes } = growth;
      const block = `blocks for ${blockMs.toFixed(0)} ms`.padEnd(22);
      return `${name.padEnd(GROWTH_WIDTH)}${medianMs.toFixed(0).padStart(7)} ms, ${block} ${(bytes / 1e6).toFixed(0).padStart(5)} MB more`;
    }
    const columns = [String(threads), medianMs.toFixed(4), minMs.toFixed(4), String(pbs)];
    const theirs = peer === undefined ? [] : [peer.medianMs.toFixed(4), peer.ratio.toFixed(3)];
    return Reporter.#format(name, params, ...columns, ...theirs);
  }

  static #format(name: string, params: string, ...numbers: readonly string[]): string {
    const columns = numbers.map((number) => number.padStart(11));
    return `${name.padEnd(NAME_WIDTH)} ${params.padEnd(PARAMS_WIDTH)}${columns.join("")}`;
  }
}

/** How long one measurement lasts at least. */
const SAMPLE_MS = 20;

/** Warms a function up, and counts the runs that make up a measurement. */
async function calibrate(run: () => unknown): Promise<number> {
  for (let count = 1; ; count *= 2) {
    const ms = (await time(run, count)) * count;
    if (ms >= SAMPLE_MS) return count;
  }
}

/** Milliseconds of one of `count` runs. */
async function time(run: () => unknown, count: number): Promise<number> {
  const started = performance.now();
  for (let i = 0; i < count; i++) await run();
  return (performance.now() - started) / count;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
