import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mutant } from "./mutant.ts";
import { MUTANTS } from "./mutants.ts";

export interface MutantOptions {
  /** Only mutants whose file or description has one of these words; all if there are none. */
  readonly words: readonly string[];
  readonly seed: number;
  /** How long to look for each. */
  readonly milliseconds: number;
  /** The most programs to look with. */
  readonly count: number;
  readonly processes: number;
}

/** What breaks nothing: it must not be found. */
const NOTHING: Mutant = {
  file: "graph/plan.ts",
  what: "nothing",
  find: "import { orderSteps }",
  replace: "import { orderSteps }",
};
const CONTROL_MS = 10_000;

/** The package, as seen from here. */
const root = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * Breaks the library in one way after the other, in copies of its sources, has each looked for, and prints a table of
 * what found them. The sources themselves are never touched.
 */
export async function testMutants(options: MutantOptions): Promise<void> {
  const { words, seed, milliseconds, processes } = options;
  const chosen = MUTANTS.filter(
    ({ file, what }) => words.length === 0 || words.some((word) => `${file}: ${what}`.includes(word)),
  );
  await Promise.all(chosen.map(changedFiles)); // all must fit, before an hour is spent on some
  const sound = await look(NOTHING, { ...options, milliseconds: Math.min(milliseconds, CONTROL_MS) });
  if (sound.found !== undefined || sound.count === 0) {
    throw new Error(`the library is broken before anything is: ${sound.found}`);
  }
  console.log(`${chosen.length} mutants, up to ${milliseconds / 1000} s each, seed ${seed}\n`);
  console.log("| file | mutant | found by | after |\n| --- | --- | --- | --- |");
  const left = [...chosen];
  const survivors: Mutant[] = [];
  const work = async (): Promise<void> => {
    for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
      const { found, seconds, count } = await look(mutant, options);
      if (found === undefined) survivors.push(mutant);
      const after = `${count} programs and graphs, ${seconds.toFixed(1)} s`;
      console.log(`| ${mutant.file} | ${mutant.what} | ${found ?? "**nothing**"} | ${after} |`);
    }
  };
  await Promise.all(Array.from({ length: processes }, work));
  console.log(`\n${chosen.length - survivors.length} of ${chosen.length} were found`);
  if (survivors.length > 0) process.exitCode = 1;
}

/** The files that a mutant changes, and their texts. @throws Error unless what it changes is there exactly once. */
export function changedFiles(mutant: Mutant): Promise<[file: string, text: string][]> {
  const changes = mutant.with === undefined ? [mutant] : [mutant, mutant.with];
  return Promise.all(
    changes.map(async ({ file, find, replace }) => {
      const parts = (await readFile(join(root, "src", file), "utf8")).split(find);
      if (parts.length !== 2)
        throw new Error(`"${mutant.what}" fits ${parts.length - 1} places of ${file}; expected one`);
      return [file, parts.join(replace)];
    }),
  );
}

async function look(
  mutant: Mutant,
  { seed, milliseconds, count }: MutantOptions,
): Promise<{ found: string | undefined; seconds: number; count: number }> {
  const folder = await mkdtemp(join(tmpdir(), "tacet-mutant-"));
  try {
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    await symlink(join(root, "../../node_modules"), join(folder, "node_modules"));
    await cp(join(root, "src"), join(folder, "src"), { recursive: true });
    await cp(join(root, "test", "fuzz"), join(folder, "test", "fuzz"), { recursive: true });
    for (const [file, text] of await changedFiles(mutant)) await writeFile(join(folder, "src", file), text);
    const script = `
      const { fuzz } = await import("./test/fuzz/fuzz.ts");
      const options = { seed: ${seed}, milliseconds: ${milliseconds}, count: ${count}, shrinkMilliseconds: 0, encrypted: false };
      console.log(JSON.stringify(await fuzz(options)));`;
    const { output, code } = await run(
      process.execPath,
      ["--input-type=module", "--eval", script],
      folder,
      milliseconds,
    );
    const last = output.trim().split("\n").at(-1) ?? "";
    if (!last.startsWith("{"))
      return { found: code === "late" ? "a loop without end" : "a crash", seconds: 0, count: 0 };
    const report = JSON.parse(last);
    const found = report.failure?.message.split("\n")[0].slice(0, 110).replaceAll("|", "\\|");
    return { found, seconds: report.milliseconds / 1000, count: report.programs + report.graphs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs a program to its end, or to half a minute after it should have ended. */
function run(
  command: string,
  args: readonly string[],
  cwd: string,
  milliseconds: number,
): Promise<{ output: string; code: number | "late" | null }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "ignore"] });
    let output = "";
    let late = false;
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, milliseconds + 30_000);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ output, code: late ? "late" : code });
    });
  });
}
