import { defineConfig, type UserConfig } from "tsdown";

const shared: UserConfig = {
  format: "esm",
  platform: "node",
  target: "es2022", // Node.js 22 has no `using`
  fixedExtension: false,
  tsconfig: "tsconfig.json",
};

/**
 * What is published: the sources, file by file, as JavaScript that people can read, and one declaration for each of the
 * modules that users import. Files stay what they are, since some of them are started as threads and processes, and since
 * the command and the programs that it loads are to have the same classes.
 */
const configs: UserConfig[] = defineConfig([
  {
    ...shared,
    entry: [
      "src/index.ts",
      "src/client/index.ts",
      "src/command/main.ts",
      "src/computation/check-thread.ts",
      "src/database/initialize.ts",
      "src/program/run/no-clear.ts",
    ],
    unbundle: true,
    treeshake: false, // users' bundlers do
    dts: false,
    minify: false,
  },
  {
    ...shared,
    entry: ["src/index.ts", "src/client/index.ts"],
    clean: false,
    dts: { emitDtsOnly: true },
  },
]);
export default configs;
