import { defineConfig, type UserConfig } from "tsdown";

/** What is published: ES modules for Node.js, browsers, Deno and Bun alike, with their types. */
const config: UserConfig = defineConfig({
  entry: "src/index.ts",
  format: "esm",
  platform: "neutral",
  target: "es2022",
  fixedExtension: false,
  // `using` on a handle needs the types of Symbol.dispose, whichever `lib` a user's project has.
  banner: { dts: '/// <reference lib="esnext.disposable" />' },
  tsconfig: "../../tsconfig.json",
  dts: true,
});
export default config;
