import { defineConfig, type ViteUserConfig } from "vitest/config";

const minute = 60_000;

/** These only end what hangs: no test takes half a minute on a quiet machine, and busy ones get ten times as long. */
const timeLimits = {
  testTimeout: 5 * minute,
  hookTimeout: 5 * minute,
  expect: { poll: { timeout: minute } },
};

/** Tests that take more samples, or real parameters, in `npm run test:slow`: those that import `test/samples.ts`. */
const sampled = [
  "packages/server/test/program/random.test.ts",
  "packages/sql/test/{bootstrapped,corpus,hidden-form,postgres}.test.ts",
  "packages/playground/test/{e2e/examples,program/clear,program/clear-text}.test.ts",
  "packages/tacet/test/browser/{memory,tour}.test.ts",
  "packages/tacet/test/clear/{every-operation,programs}.test.ts",
  "packages/tacet/test/encrypted/{bootstrap,every-operation,lists,operations,peer-expressions}.test.ts",
  "packages/tacet/test/engine/{corners,every-operation,out-of-memory}.test.ts",
  "packages/tacet/test/graph/shorten.test.ts",
  "packages/tacet/test/integer/{compositions,divide,operations,overflow,rotate,search,shift}.test.ts",
  "packages/tacet/test/package/{examples,globals}.test.ts",
  "packages/tacet/test/pattern/regex.test.ts",
  "packages/tacet/test/text/*.test.ts",
  "packages/tacet/test/wire/{fuzz,server-key}.test.ts",
];

/**
 * For tests with real keys: most of the time they keep one core busy, with the making of keys, with what TFHE-rs does,
 * or with the start of a browser, and all of them when an engine computes. More than two at once would need much memory.
 */
const twoAtOnce = { maxWorkers: 2, maxConcurrency: 2 };

/**
 * Kinds of tests: those that take little first, then those with real keys or a browser. All run in processes of their own, on the sources; so the generated sources must
 * be there, which `npm test` sees to.
 */
const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["packages/tacet/test/**/*.test.ts"],
          exclude: ["packages/tacet/test/{package,browser,encrypted,slow}/**"],
          setupFiles: "packages/tacet/test/verify-plans.ts",
          ...timeLimits,
          maxWorkers: "100%",
          sequence: { groupOrder: 1 },
        },
      },
      {
        // The packed tarball, installed and used as a user would.
        test: {
          name: "package",
          include: ["packages/tacet/test/package/**/*.test.ts"],
          ...timeLimits,
          ...twoAtOnce,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // The same in a real Chromium.
        test: {
          name: "browser",
          include: ["packages/tacet/test/browser/**/*.test.ts"],
          globalSetup: "packages/tacet/test/browser/setup.ts",
          ...timeLimits,
          ...twoAtOnce,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // The parts of the playground.
        test: {
          name: "playground",
          include: ["packages/playground/test/**/*.test.ts"],
          exclude: ["packages/playground/test/e2e/**"],
          ...timeLimits,
          maxWorkers: "100%",
          sequence: { groupOrder: 1 },
        },
      },
      {
        // The playground in Chromium.
        test: {
          name: "playground-e2e",
          include: ["packages/playground/test/e2e/**/*.test.ts"],
          globalSetup: "packages/playground/test/e2e/setup.ts",
          ...timeLimits,
          ...twoAtOnce,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // The service, in processes of its own and with databases of its own.
        test: {
          name: "server",
          include: ["packages/server/test/**/*.test.ts"],
          exclude: ["packages/server/test/slow/**"],
          globalSetup: "packages/server/test/setup.ts",
          ...timeLimits,
          // They wait for each other's processes most of the time.
          maxWorkers: 4,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // Encrypted queries, on an embedded database.
        test: {
          name: "sql",
          include: ["packages/sql/test/**/*.test.ts"],
          exclude: ["packages/sql/test/slow/**"],
          ...timeLimits,
          maxWorkers: "100%",
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Applications to copy, in Chromium and with the service.
        test: {
          name: "examples",
          include: ["examples/*/test/**/*.test.ts"],
          exclude: ["examples/*/test/slow/**"],
          globalSetup: "packages/server/test/setup.ts",
          ...timeLimits,
          ...twoAtOnce,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Real keys.
        test: {
          name: "encrypted",
          include: ["packages/tacet/test/encrypted/**/*.test.ts"],
          setupFiles: "packages/tacet/test/verify-plans.ts",
          ...timeLimits,
          ...twoAtOnce,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Statistics over many bootstraps, large frameworks, and all samples of what `npm test` takes some samples of:
        // not part of `npm test` but of `npm run test:slow`.
        test: {
          name: "slow",
          globalSetup: ["packages/tacet/test/browser/setup.ts", "packages/server/test/setup.ts"],
          setupFiles: "packages/tacet/test/verify-plans.ts",
          include: ["{packages/{tacet,server},examples/*}/test/slow/**/*.test.ts", ...sampled],
          env: { TACET_ALL_SAMPLES: "1" },
          ...timeLimits,
          testTimeout: 60 * minute,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
export default config;
