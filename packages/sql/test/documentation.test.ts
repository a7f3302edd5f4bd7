import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { examplesIn } from "../../tacet/test/package/packed.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const source = new URL("../src/index.ts", import.meta.url).href;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tacet-sql-"));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"), "junction");
});
afterAll(() => rm(folder, { recursive: true }));

test.each(["docs/sql.md", "packages/sql/README.md"])(
  "the examples of %s print what their comments say",
  async (name) => {
    const text = (await readFile(join(root, name), "utf8")).replaceAll("```ts", "```js");
    const examples = examplesIn(text);
    expect(examples.length).toBeGreaterThan(0);
    for (const { code, prints } of examples) {
      const file = join(folder, "example.mjs");
      await writeFile(file, code.replaceAll('"tacet-sql"', JSON.stringify(source)));
      const { stdout } = await promisify(execFile)(process.execPath, [file]);
      expect(stdout.trimEnd().split("\n")).toEqual(prints);
    }
  },
);
