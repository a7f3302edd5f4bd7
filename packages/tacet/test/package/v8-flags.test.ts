import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installTarball, type Project, userRun } from "./packed.ts";

/** Makes a key and computes, at toy parameters, and says which flags of V8 have been set for it. */
const program = (before: string, configure: string): string => `
import v8 from "node:v8";
const { exit } = process;
const flags = [];
const { setFlagsFromString } = v8;
v8.setFlagsFromString = (flag) => {
  flags.push(flag);
  setFlagsFromString(flag);
};
${before};
const tacet = await import("tacet");
const { ClientKey, DEFAULT_PARAMETERS, Engine, FheUint8, ServerKey } = tacet;
const caught = (call) => {
  try {
    call();
  } catch (error) {
    return error instanceof tacet.TacetError ? "TacetError" : error.name;
  }
};
${configure};
const parameters = {
  ...DEFAULT_PARAMETERS, name: "INSECURE_TOY", lweDimension: 16, polynomialSize: 256, lweNoise: 30, insecure: true,
};
const key = await ClientKey.generate({ parameters, allowInsecureParameters: true });
const engine = await Engine.create(await ServerKey.from(key), { threads: 2 });
const sum = (await engine.load(FheUint8.encrypt(2, key)).add(3).ciphertext()).decrypt(key);
engine.dispose();
const late = [true, false].map((v8Flags) => caught(() => tacet.configure({ v8Flags })));
console.log(JSON.stringify({ sum, flags, late }));
`;

/** The flags that Tacet sets on the Node.js that runs the tests, where it may. */
const variables: object = process.config.variables;
const own =
  "v8_enable_wasm_simd256_revec" in variables && variables.v8_enable_wasm_simd256_revec === 1
    ? ["--experimental-wasm-revectorize"]
    : [];

let project: Project;

beforeAll(async () => {
  project = await installTarball();
});
afterAll(() => project.remove());

interface Run {
  readonly node?: string;
  readonly options?: readonly string[];
  readonly env?: Record<string, string>;
  /** What is done before the library is imported, and before it is used. */
  readonly before?: string;
  readonly configure?: string;
}

let runs = 0;

async function run({ node = process.execPath, options = [], env = {}, before = "", configure = "" }: Run) {
  const file = `flags-${runs++}.js`;
  await writeFile(join(project.folder, file), program(before, configure));
  const { stdout } = await userRun(project.folder, node, [...options, file], { env });
  return JSON.parse(stdout);
}

const withFlags = { sum: 5, flags: own, late: [null, "TacetError"] };
const withoutFlags = { sum: 5, flags: [], late: [null, "TacetError"] };

describe("flags of V8", () => {
  test("are set unless told otherwise", async () => {
    expect(await run({})).toEqual(withFlags);
  });

  test("are left alone by the program's word, or the environment's", async () => {
    const configure = "tacet.configure({}); tacet.configure({ v8Flags: false })";
    expect(await run({ configure })).toEqual({ ...withoutFlags, late: ["TacetError", null] });
    const env = { TACET_V8_FLAGS: "off" };
    expect(await run({ env })).toEqual(withoutFlags);
    expect(await run({ env, configure: "tacet.configure({ v8Flags: true })" })).toEqual(withoutFlags);
  });

  test("are left alone on hosts that only resemble Node.js", async () => {
    for (const host of ["electron", "deno", "bun"]) {
      const before = `Object.defineProperty(process, "versions", { value: { ...process.versions, ${host}: "1.0" } })`;
      expect(await run({ before }), host).toEqual(withoutFlags);
    }
  });

  test.each([process.execPath, "node"])(
    "are left alone where setting one ends the process: %s",
    async (node) => {
      for (const option of ["--freeze-flags-after-init", "--freeze_flags_after_init"]) {
        expect(await run({ node, options: [option] })).toEqual(withoutFlags);
      }
    },
  );

  test("are left alone there by workers, too, whatever options these have", async () => {
    const worker = `
      import { isMainThread, Worker } from "node:worker_threads";
      if (isMainThread) {
        await new Promise((resolve) =>
          new Worker(new URL(import.meta.url), { execArgv: [] }).once("exit", resolve),
        );
        exit(0);
      }`;
    expect(await run({ options: ["--freeze-flags-after-init"], before: worker })).toEqual(withoutFlags);
    expect(await run({ before: worker })).toEqual(withFlags);
  });
});

/** An environment that is something else for all but Node.js itself. */
const environment = (found: string): string => `
  const { env } = process;
  const refuse = () => { throw new Error("NotCapable: requires env access"); };
  Object.defineProperty(process, "env", {
    get: () => /node:internal/.test(new Error().stack.split("\\n")[2]) ? env : ${found},
  })`;

/** Environments that cannot be read, as where a permission is needed for it. */
const unreadable: Record<string, string> = {
  "refuses each variable": environment(
    "new Proxy({}, { get: refuse, has: refuse, ownKeys: refuse, getOwnPropertyDescriptor: refuse })",
  ),
  "is refused": environment("refuse()"),
  "is missing": environment("undefined"),
};

test.each(Object.entries(unreadable))("an environment that %s has nothing set", async (_, configure) => {
  expect(await run({ configure })).toEqual(withFlags);
});

test("what is no configuration is a TypeError", async () => {
  const { configure } = await import("../../src/configuration.ts");
  for (const wrong of [undefined, null, "off", { v8Flags: "off" }, { v8Flags: 0 }, { v8Flags: null }]) {
    expect(() => configure(wrong as never)).toThrow(TypeError);
  }
});
