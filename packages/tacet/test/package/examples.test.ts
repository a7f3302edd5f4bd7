import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { sampleCount, takesAllSamples } from "../samples.ts";
import { examplesIn, installTarball, type Project, userRun } from "./packed.ts";

let project: Project;

beforeAll(async () => {
  project = await installTarball();
});

afterAll(() => project.remove());

const all = Number.POSITIVE_INFINITY;
const documentOf = (name: string): URL => new URL(`../../../../docs/${name}.md`, import.meta.url);

// Side by side: each keeps a single core busy for a good part of its time.
describe.concurrent("examples print what their comments say", () => {
  test("those of the README", async () => {
    await runExamples("readme", join(project.installed, "README.md"), all);
  });

  test("those of the documentation of operations", async () => {
    await runExamples("operations", documentOf("operations"), sampleCount(0, all));
  });

  test("those of the documentation of tests", async () => {
    await runExamples("testing", documentOf("testing"), all);
  });

  // Keys are read from bytes, which are not to be of toy parameters.
  test.runIf(takesAllSamples)("those of the documentation of parts", async () => {
    await runExamples("parts", documentOf("parts"), all);
  });

  test("those of the documentation of levelled computations", async () => {
    await runExamples("leveled", documentOf("leveled"), all);
  });

  test("those of the documentation of security", async () => {
    await runExamples("security", documentOf("security"), sampleCount(0, all));
  });

  test.runIf(takesAllSamples)("those on TFHE-rs, in a project that has its package as well", async () => {
    const peer = fileURLToPath(new URL("..", import.meta.resolve("node-tfhe")));
    await symlink(join(peer, "node-tfhe"), join(project.folder, "node_modules", "node-tfhe"), "junction");
    await runExamples("tfhe-rs", documentOf("tfhe-rs"), all);
  });
});

/**
 * Runs the examples of a document in the project.
 *
 * @param real how many of them at the default parameters; the others are run at toy ones, as what is shown of operations
 * does not depend on them.
 */
async function runExamples(name: string, document: string | URL, real: number): Promise<void> {
  const examples = examplesIn(await readFile(document, "utf8"));
  expect(examples.length).toBeGreaterThan(0);
  const options = { parameters: INSECURE_TOY_MESSAGE_2_CARRY_2, allowInsecureParameters: true };
  const generateToy = `ClientKey.generate(${JSON.stringify(options)})`;
  for (const [i, { code, prints }] of examples.entries()) {
    const file = `${name}-${i}.js`;
    const program = i < real ? code : code.replaceAll("ClientKey.generate()", generateToy);
    await writeFile(join(project.folder, file), program);
    const { stdout } = await userRun(project.folder, "node", [file]);
    expect(stdout.trimEnd().split("\n")).toEqual(prints);
  }
}
