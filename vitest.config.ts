import { defineConfig, type ViteUserConfig } from "vitest/config";

const minute = 60_000;

/** Ends what hangs. No test takes half a minute on a quiet machine, and busy ones get ten times as long. */
const timeLimits = { testTimeout: 5 * minute, hookTimeout: 5 * minute };

/**
 * Kinds of tests, one after another. All run in processes of their own, on the sources; so the generated sources must
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
          sequence: { groupOrder: 2 },
        },
      },
      {
        // The same in a real Chromium, with real keys and all cores: one file at a time.
        test: {
          name: "browser",
          include: ["packages/tacet/test/browser/**/*.test.ts"],
          globalSetup: "packages/tacet/test/browser/setup.ts",
          ...timeLimits,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
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
          sequence: { groupOrder: 4 },
        },
      },
      {
        // The playground in Chromium: one file at a time.
        test: {
          name: "playground-e2e",
          include: ["packages/playground/test/e2e/**/*.test.ts"],
          ...timeLimits,
          fileParallelism: false,
          sequence: { groupOrder: 5 },
        },
      },
      {
        // Real keys, and an engine that takes all cores: one file at a time.
        test: {
          name: "encrypted",
          include: ["packages/tacet/test/encrypted/**/*.test.ts"],
          ...timeLimits,
          fileParallelism: false,
          sequence: { groupOrder: 6 },
        },
      },
      {
        // Statistics over many bootstraps, and large frameworks: not part of `npm test` but of `npm run test:slow`.
        test: {
          name: "slow",
          include: ["packages/tacet/test/slow/**/*.test.ts"],
          testTimeout: 60 * minute,
          hookTimeout: 5 * minute,
          fileParallelism: false,
          sequence: { groupOrder: 7 },
        },
      },
    ],
  },
});
export default config;
