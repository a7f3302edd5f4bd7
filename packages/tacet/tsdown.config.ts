import { defineConfig, type UserConfig } from "tsdown";
import { annotatePure, type Plugin } from "../../scripts/annotate-pure.ts";

const shared: UserConfig = {
  entry: "src/index.ts",
  format: "esm",
  platform: "neutral",
  target: "es2022",
  fixedExtension: false,
  tsconfig: "../../tsconfig.json",
};

/**
 * `Uint8Array` takes a parameter since TypeScript 5.7, and what is published is for older ones as well: they know the same
 * type by what `Uint8Array.of` returns.
 */
const bytes = {
  declaration: 'type Bytes = ReturnType<Uint8ArrayConstructor["of"]>;',
  plugin: {
    name: "bytes",
    renderChunk: (code: string): string => code.replaceAll("Uint8Array<ArrayBuffer>", "Bytes"),
  },
};

/**
 * What is no part of the library's module, but takes from it what is the same in both: from some modules what they have
 * at run time, from some only types.
 */
const besideLibrary = (name: string, modules: string, types?: string): UserConfig[] => {
  const rest: UserConfig = { ...shared, entry: `src/${name}.ts`, clean: false };
  return [
    { ...rest, dts: false, minify: false, plugins: [fromLibrary(modules), annotatePure] },
    { ...rest, dts: { emitDtsOnly: true }, plugins: [fromLibrary(types ? `${modules}|${types}` : modules)] },
  ];
};
const fromLibrary = (modules: string): Plugin => {
  const taken = new RegExp(`/(?:${modules})\\.ts$`);
  return {
    name: "from-library",
    resolveId: (source) => (taken.test(source) ? { id: "./index.js", external: true } : undefined),
  };
};

/**
 * What is published: ES modules for Node.js, browsers, Deno and Bun alike, and their types. Built together, they would
 * share the bundler's helpers in a further file.
 */
const configs: UserConfig[] = defineConfig([
  // For people to read before they trust it, and to find the lines that stack traces name: users' bundlers make it small.
  { ...shared, dts: false, minify: false, plugins: [annotatePure] },
  {
    ...shared,
    clean: false,
    dts: { emitDtsOnly: true },
    plugins: [bytes.plugin],
    // `using` on a handle needs the types of Symbol.dispose, whichever `lib` a user's project has.
    banner: { dts: `/// <reference lib="esnext.disposable" />\n${bytes.declaration}` },
  },
  ...besideLibrary("regex", "errors|pattern"),
  ...besideLibrary("clear", "errors|engine/engine|sets|compression", "engine/options|parameter-set"),
  ...besideLibrary("leveled", "errors|api/engine/engine", "bool-handle|client-key|parameter-set|progress"),
  ...besideLibrary("cut", "errors|engine/engine", "ciphertext|handles/handle|progress"),
]);
export default configs;
