import { defineConfig, type ViteUserConfig } from "vitest/config";

const minute = 60_000;

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
          setupFiles: "packages/tacet/test/verify-plans.ts",
          testTimeout: minute / 2,
          maxWorkers: "100%",
          sequence: { groupOrder: 1 },
        },
      },
      {
        // The packed tarball, installed and used as a user would.
        test: {
          name: "package",
          include: ["packages/tacet/test/package/**/*.test.ts"],
          testTimeout: 2 * minute,
          hookTimeout: 2 * minute,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // The same in a real Chromium, with real keys and all cores: one file at a time.
        test: {
          name: "browser",
          include: ["packages/tacet/test/browser/**/*.test.ts"],
          globalSetup: "packages/tacet/test/browser/setup.ts",
          testTimeout: 2 * minute,
          hookTimeout: 2 * minute,
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
          testTimeout: minute / 2,
          maxWorkers: "100%",
          sequence: { groupOrder: 4 },
        },
      },
      {
        // The playground in Chromium: one file at a time.
        test: {
          name: "playground-e2e",
          include: ["packages/playground/test/e2e/**/*.test.ts"],
          testTimeout: 2 * minute,
          hookTimeout: 2 * minute,
          fileParallelism: false,
          sequence: { groupOrder: 5 },
        },
      },
      {
        // Real keys, and an engine that takes all cores: one file at a time.
        test: {
          name: "encrypted",
          include: ["packages/tacet/test/encrypted/**/*.test.ts"],
          setupFiles: "packages/tacet/test/verify-plans.ts",
          testTimeout: 5 * minute,
          hookTimeout: 2 * minute,
          fileParallelism: false,
          sequence: { groupOrder: 6 },
        },
      },
      {
        // Statistics over many bootstraps, and large frameworks: not part of `npm test` but of `npm run test:slow`.
        test: {
          name: "slow",
          include: ["packages/tacet/test/slow/**/*.test.ts"],
          setupFiles: "packages/tacet/test/verify-plans.ts",
          testTimeout: 60 * minute,
          hookTimeout: 2 * minute,
          fileParallelism: false,
          sequence: { groupOrder: 7 },
        },
      },
    ],
  },
});
export default config;
