import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { takesAllSamples } from "../samples.ts";
import { installTarball, type Project, userRun } from "./packed.ts";

/** All that a client and a server do, at toy parameters, with the library under a name. */
const roundTrip = (library: string): string => `
const {
  ClientKey, CompactCiphertextList, CompactPublicKey, DEFAULT_PARAMETERS, Engine, FheUint8, ServerKey, TacetError,
} = ${library};
try {
  const parameters = {
    ...DEFAULT_PARAMETERS, name: "INSECURE_TOY", lweDimension: 16, polynomialSize: 256, lweNoise: 30, insecure: true,
  };
  const insecure = { allowInsecureParameters: true };
  const key = await ClientKey.generate({ parameters, ...insecure });
  const serverKey = ServerKey.deserialize((await ServerKey.from(key)).serialize(), insecure);
  const engine = await Engine.create(serverKey, { threads: 2 });
  const two = FheUint8.deserialize(FheUint8.encrypt(2, key).serialize());
  const sum = engine.load(two).add(3);
  const small = await FheUint8.encryptCompressed(40, key);
  const list = await CompactCiphertextList.builder(await CompactPublicKey.from(key))
    .push(FheUint8, 6)
    .buildPackedSeeded(new Uint8Array(16));
  const [six] = engine.expand(list, [FheUint8]);
  const random = engine.random(FheUint8, { below: 1, seed: new Uint8Array(4) });
  const handles = [sum, engine.load(await sum.compress()), engine.load(small), six.mul(7), random];
  const results = await Promise.all(handles.map((handle) => handle.ciphertext()));
  const { sharedMemory, threads } = engine.info;
  for (const handle of handles) handle.dispose();
  engine.dispose();
  log(JSON.stringify({ values: results.map((result) => result.decrypt(key)), sharedMemory, threads }));
} catch (failure) {
  if (!(failure instanceof TacetError)) throw failure;
  log(JSON.stringify({ name: failure.name, message: failure.message }));
}
`;

/** The same where some globals are missing: deleted, or `undefined`. */
const program = `
const [how, ...names] = process.argv.slice(2);
const { log } = console;
for (const name of names) {
  if (how === "deleted") delete globalThis[name];
  else Object.defineProperty(globalThis, name, { value: undefined });
  if (globalThis[name] !== undefined) throw new Error(name + " cannot be taken away");
}
${roundTrip('await import("tacet")')}
`;

/** What the language itself has had for years: nobody is without it. */
const language =
  /^(?:Object|Function|Array|Number|Boolean|String|Symbol|Math|JSON|Promise|Proxy|Reflect|RegExp|Date|Intl|BigInt|Iterator|DataView|ArrayBuffer|(?:Weak)?(?:Map|Set)|\w*Error|(?:Big)?(?:Int|Uint|Float)\w+Array|NaN|Infinity|undefined|globalThis|is\w+|parse\w+|escape|eval)$/;

let project: Project;
/** The globals of this Node.js whose names occur in the published code. */
let mentioned: string[];

beforeAll(async () => {
  project = await installTarball();
  await writeFile(join(project.folder, "without.js"), program);
  const files = ["index", "regex", "clear", "cut", "leveled"].map((name) =>
    join(project.installed, `dist/${name}.js`),
  );
  const code = (await Promise.all(files.map((file) => readFile(file, "utf8")))).join("\n");
  const words = new Set(code.match(/\b[A-Za-z]\w+\b/g));
  mentioned = Object.getOwnPropertyNames(globalThis).filter(
    (name) => words.has(name) && !language.test(name),
  );
});
afterAll(() => project.remove());

/** What the program says without some globals. */
async function without(node: string, how: "deleted" | "undefined", names: string[]): Promise<unknown> {
  const { stdout } = await userRun(project.folder, node, ["without.js", how, ...names]);
  return JSON.parse(stdout);
}

const values = [5, 5, 40, 42, 0];
const works = { values, sharedMemory: true, threads: 2 };
const worksAlone = { values, sharedMemory: false, threads: 1 };
const lacks = (what: string) => ({
  name: "UnsupportedPlatformError",
  message: expect.stringMatching(`this platform has no .*${what}`),
});

/** What comes of it where not simply everything works. */
const others: Record<string, unknown> = {
  Atomics: lacks("Atomics"),
  SharedArrayBuffer: worksAlone,
  WebAssembly: lacks("WebAssembly"),
  process: worksAlone,
};

describe("without a global, everything works or a typed error names it", () => {
  test.runIf(takesAllSamples)("those that are mentioned in the code", async () => {
    expect(mentioned).toEqual(expect.arrayContaining(["process", "performance", "setImmediate", "crypto"]));
    for (const name of mentioned) {
      expect(await without(process.execPath, "deleted", [name]), name).toEqual(others[name] ?? works);
    }
  });

  test.each([
    [["setImmediate", "MessageChannel"], works],
    [["setImmediate", "MessageChannel", "setTimeout"], works],
    [["TextEncoder", "TextDecoder", "structuredClone"], works],
    [["FinalizationRegistry", "WeakRef"], works],
    [["performance", "queueMicrotask", "DOMException", "AbortSignal", "AbortController"], works],
    [["navigator", "Buffer", "URL", "Blob"], works],
    [["SharedArrayBuffer", "setImmediate", "MessageChannel"], worksAlone],
    [["process", "setImmediate", "MessageChannel", "setTimeout", "navigator"], worksAlone],
    [["process", "performance", "Buffer"], worksAlone],
    [["process", "crypto"], lacks("crypto.getRandomValues")],
  ])("some at once, on the machine's own Node.js: %o", async (names, expected) => {
    expect(await without("node", "undefined", names)).toEqual(expected);
  });
});

/** Runs the library, and the program, in a realm that has only the globals of the language and some that it is given. */
const realm = `
import { readFile } from "node:fs/promises";
import { createContext, SourceTextModule } from "node:vm";
const given = process.argv.slice(2).map((name) => [name, globalThis[name]]);
const context = createContext({ console, ...Object.fromEntries(given) });
const module = async (file, imports) => {
  const one = new SourceTextModule(await readFile(file, "utf8"), { context, identifier: file });
  await one.link(() => imports);
  return one;
};
const library = await module("node_modules/tacet/dist/index.js");
await library.evaluate();
await (await module("program.js", library)).evaluate();
`;

describe("in a realm of its own, as test runners have it", () => {
  beforeAll(async () => {
    await writeFile(join(project.folder, "realm.js"), realm);
    await writeFile(
      join(project.folder, "program.js"),
      `import * as tacet from "tacet"; const { log } = console; ${roundTrip("tacet")}`,
    );
  });

  test.each([
    [["process"], works],
    [["process", "setTimeout", "performance", "crypto"], works],
    [["crypto", "setTimeout"], worksAlone],
    [[], lacks("crypto.getRandomValues")],
  ])("with %o", async (names, expected) => {
    for (const node of ["node", process.execPath]) {
      const { stdout } = await userRun(project.folder, node, [
        "--experimental-vm-modules",
        "realm.js",
        ...names,
      ]);
      expect(JSON.parse(stdout)).toEqual(expected);
    }
  });
});
