import { defineConfig, type ViteUserConfig } from "vitest/config";

const minute = 60_000;

/**
 * Four kinds of tests, one after another. All run in processes of their own, on the sources; so the generated sources
 * must be there, which `npm test` sees to.
 */
const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["packages/*/test/**/*.test.ts"],
          exclude: ["packages/tacet/test/{package,encrypted,slow}/**"],
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
        // Real keys, and an engine that takes all cores: one file at a time.
        test: {
          name: "encrypted",
          include: ["packages/tacet/test/encrypted/**/*.test.ts"],
          testTimeout: 5 * minute,
          hookTimeout: 2 * minute,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // Statistics over many bootstraps: not part of `npm test` but of `npm run test:slow`.
        test: {
          name: "slow",
          include: ["packages/tacet/test/slow/**/*.test.ts"],
          testTimeout: 60 * minute,
          hookTimeout: 2 * minute,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
export default config;
