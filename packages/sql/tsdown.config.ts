import { defineConfig, type UserConfig } from "tsdown";

const shared: UserConfig = {
  format: "esm",
  platform: "neutral", // clients run in browsers as well
  target: "es2022",
  fixedExtension: false,
  tsconfig: "tsconfig.json",
};

/** What is published: the sources, file by file, and one declaration for each of the modules that users import. */
const configs: UserConfig[] = defineConfig([
  {
    ...shared,
    entry: [
      "src/index.ts",
      "src/adaptors/drizzle.ts",
      "src/adaptors/kysely.ts",
      "src/engine/bootstrapped.ts",
      "src/engine/leveled.ts",
      "src/http/fastify.ts",
      "src/command/main.ts",
    ],
    unbundle: true,
    treeshake: false, // users' bundlers do
    dts: false,
    minify: false,
  },
  {
    ...shared,
    entry: [
      "src/index.ts",
      "src/adaptors/drizzle.ts",
      "src/adaptors/kysely.ts",
      "src/engine/bootstrapped.ts",
      "src/engine/leveled.ts",
      "src/http/fastify.ts",
    ],
    clean: false,
    dts: { emitDtsOnly: true },
  },
]);
export default configs;
