import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import { takesAllSamples } from "../samples.ts";
import { examplesIn, installTarball, type Project, userRun } from "./packed.ts";

let project: Project;

beforeAll(async () => {
  project = await installTarball();
});

afterAll(() => project.remove());

const documentOf = (name: string): URL => new URL(`../../../../docs/${name}.md`, import.meta.url);

// Side by side: each keeps a single core busy for a good part of its time.
describe.concurrent("examples print what their comments say", () => {
  test("those of the README", async () => {
    await runExamples("readme", join(project.installed, "README.md"));
  });

  test("those of the documentation of operations", async () => {
    await runExamples("operations", documentOf("operations"), !takesAllSamples);
  });

  test("those of the documentation of security", async () => {
    await runExamples("security", documentOf("security"), !takesAllSamples);
  });

  test.runIf(takesAllSamples)("those on TFHE-rs, in a project that has its package as well", async () => {
    const peer = fileURLToPath(new URL("..", import.meta.resolve("node-tfhe")));
    await symlink(join(peer, "node-tfhe"), join(project.folder, "node_modules", "node-tfhe"), "junction");
    await runExamples("tfhe-rs", documentOf("tfhe-rs"));
  });
});

/**
 * Runs the examples of a document in the project.
 *
 * @param toy whether at toy parameters: what is shown of operations does not depend on them.
 */
async function runExamples(name: string, document: string | URL, toy = false): Promise<void> {
  const examples = examplesIn(await readFile(document, "utf8"));
  expect(examples.length).toBeGreaterThan(2);
  const options = { parameters: INSECURE_TOY_MESSAGE_2_CARRY_2, allowInsecureParameters: true };
  const generate = `ClientKey.generate(${toy ? JSON.stringify(options) : ""})`;
  for (const [i, { code, prints }] of examples.entries()) {
    const file = `${name}-${i}.js`;
    await writeFile(join(project.folder, file), code.replaceAll("ClientKey.generate()", generate));
    const { stdout } = await userRun(project.folder, "node", [file]);
    expect(stdout.trimEnd().split("\n")).toEqual(prints);
  }
}
