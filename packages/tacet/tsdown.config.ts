import { defineConfig, type UserConfig } from "tsdown";

const shared: UserConfig = {
  entry: "src/index.ts",
  format: "esm",
  platform: "neutral",
  target: "es2022",
  fixedExtension: false,
  tsconfig: "../../tsconfig.json",
};

/**
 * What is published: one ES module for Node.js, browsers, Deno and Bun alike, and its types. Built together, the two
 * would share the bundler's helpers in a third file.
 */
const configs: UserConfig[] = defineConfig([
  // Names stay, so that stack traces can be read.
  {
    ...shared,
    dts: false,
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  },
  {
    ...shared,
    clean: false,
    dts: { emitDtsOnly: true },
    // `using` on a handle needs the types of Symbol.dispose, whichever `lib` a user's project has.
    banner: { dts: '/// <reference lib="esnext.disposable" />' },
  },
]);
export default configs;
