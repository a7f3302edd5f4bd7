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
  // For people to read before they trust it, and to find the lines that stack traces name: users' bundlers make it small.
  { ...shared, dts: false, minify: false },
  {
    ...shared,
    clean: false,
    dts: { emitDtsOnly: true },
    // `using` on a handle needs the types of Symbol.dispose, whichever `lib` a user's project has.
    banner: { dts: '/// <reference lib="esnext.disposable" />' },
  },
]);
export default configs;
