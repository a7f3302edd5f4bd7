import { ClientKey, Engine, ServerKey } from "../../src/index.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { generateGraph } from "./generate/graph.ts";
import { generateCrew, generateProgram } from "./generate/program.ts";
import { generateRelativeGraph, generateRelativeProgram } from "./generate/relatives.ts";
import { runGraph } from "./graph.ts";
import { printProgram } from "./print-program.ts";
import { Random } from "./random.ts";
import { type Outcome, runEncrypted, runSimulated, type Setting } from "./run-program.ts";
import { isSound, printGraph, simplerGraphCases } from "./shrink/graph.ts";
import { isValid, simplerCases } from "./shrink/program.ts";
import { shrink } from "./shrink/shrink.ts";
import { Ground } from "./simulation.ts";

export interface FuzzOptions {
  /** What the programs follow from: the same seed gives the same ones in the same order. */
  readonly seed: number;
  /** How long to go on, at the most. */
  readonly milliseconds: number;
  /** The first program, and from each to the next: so several processes share the work. */
  readonly first?: number;
  readonly stride?: number;
  /** Called with the number of each program before it is run. */
  readonly onStart?: (index: number) => void;
  /** The most programs. */
  readonly count?: number;
  /** How long to make what fails smaller. */
  readonly shrinkMilliseconds?: number;
  /** Whether programs are also run on engines with ciphertexts. */
  readonly encrypted?: boolean;
}

/** What came of it. */
export interface Report {
  programs: number;
  graphs: number;
  /** How many of the programs were run on ciphertexts. */
  encrypted: number;
  plans: number;
  rotations: number;
  /** Results that were compared, each in several worlds but those of ciphertexts. */
  results: number;
  milliseconds: number;
  failure?: { readonly index: number; readonly message: string; readonly text: string };
}

/** Programs after which memory is taken anew. */
const GROUND_FOR = 200;
/** Which part of the programs, and of the graphs, is like what went wrong once. */
const RELATIVES = 0.1;
const SHRINK_MS = 60_000;

/** Runs random programs and graphs until one fails or the time is over. */
export async function fuzz(options: FuzzOptions): Promise<Report> {
  const { seed, milliseconds, first = 0, stride = 1, count = Infinity } = options;
  const start = performance.now();
  const report: Report = {
    programs: 0,
    graphs: 0,
    encrypted: 0,
    plans: 0,
    rotations: 0,
    results: 0,
    milliseconds: 0,
  };
  const engines = new ToyEngines();
  let ground = new Ground();
  try {
    for (let run = 0; run < count && performance.now() - start < milliseconds; run++) {
      if (run % GROUND_FOR === GROUND_FOR - 1) ground = new Ground();
      const index = first + run * stride;
      options.onStart?.(index);
      const found = await runIndex(index, options, ground, engines, report);
      if (found === undefined) continue;
      report.failure = { index, ...found };
      break;
    }
  } finally {
    engines.dispose();
  }
  report.milliseconds = performance.now() - start;
  return report;

  function tally({ plans, rotations, results }: Outcome): void {
    report.plans += plans;
    report.rotations += rotations;
    report.results += results;
  }

  async function runIndex(
    index: number,
    { encrypted = true, shrinkMilliseconds = SHRINK_MS }: FuzzOptions,
    ground: Ground,
    engines: ToyEngines,
    report: Report,
  ): Promise<{ message: string; text: string } | undefined> {
    const random = new Random(seed, index);
    const kind = random.weighted([
      [30, "program"],
      [69, "graph"],
      [encrypted ? 1 : 0, "encrypted"],
    ] as const);
    const setting: Setting = { crew: generateCrew(random), seed: index };
    if (kind === "graph") {
      const graph = random.chance(RELATIVES) ? generateRelativeGraph(random) : generateGraph(random);
      const outcome = await runGraph(graph, setting, ground);
      report.graphs++;
      tally(outcome);
      if (outcome.failure === undefined) return undefined;
      const fails = async (one: typeof start): Promise<boolean> =>
        isSound(one.graph) && (await runGraph(one.graph, one.setting, new Ground())).failure !== undefined;
      const start = { graph, setting };
      const smallest = await shrink(start, simplerGraphCases, fails, shrinkMilliseconds);
      const last =
        (await runGraph(smallest.graph, smallest.setting, new Ground())).failure ?? outcome.failure;
      return { message: last.message, text: printGraph(smallest.graph, smallest.setting) };
    }
    const program = random.chance(RELATIVES)
      ? generateRelativeProgram(random)
      : generateProgram(random, kind === "encrypted" ? "2_2" : undefined);
    const run = async (one: typeof start): Promise<Outcome> => {
      if (kind === "program") return runSimulated(one.program, one.setting, new Ground());
      const { key, engine } = await engines.of(one.setting);
      return runEncrypted(one.program, engine, key);
    };
    const start = { program, setting };
    const outcome = kind === "program" ? await runSimulated(program, setting, ground) : await run(start);
    report.programs++;
    if (kind === "encrypted") report.encrypted++;
    tally(outcome);
    if (outcome.failure === undefined) return undefined;
    const fails = async (one: typeof start): Promise<boolean> =>
      isValid(one.program) && (await run(one)).failure !== undefined;
    const smallest = await shrink(start, simplerCases, fails, shrinkMilliseconds);
    const last = (await run(smallest)).failure ?? outcome.failure;
    return { message: last.message, text: printProgram(smallest.program, smallest.setting, last.world) };
  }
}

/** Engines at toy parameters, each made when it is first needed. */
class ToyEngines {
  #key: Promise<ClientKey> | undefined;
  readonly #engines = new Map<string, Promise<Engine>>();

  /** The engine for a setting: of few threads, that is. */
  async of({ crew: { threads, deterministic } }: Setting): Promise<{ key: ClientKey; engine: Engine }> {
    const key = await (this.#key ??= ClientKey.generate({
      parameters: INSECURE_TOY_MESSAGE_2_CARRY_2,
      allowInsecureParameters: true,
    }));
    const options = { threads: 1 + (threads % 4), deterministic };
    const name = JSON.stringify(options);
    const known =
      this.#engines.get(name) ?? ServerKey.from(key).then((server) => Engine.create(server, options));
    this.#engines.set(name, known);
    return { key, engine: await known };
  }

  dispose(): void {
    for (const engine of this.#engines.values()) void engine.then((made) => made.dispose());
  }
}
