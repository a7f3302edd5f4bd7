import { basename, dirname } from "node:path";
import { defineConfig, type UserConfig } from "vite";

const config: UserConfig = defineConfig({
  root: import.meta.dirname,
  base: "./",
  build: {
    target: "es2023",
    modulePreload: { polyfill: false }, // it fetches, which the page's policy does not allow
    // TypeScript's compiler, in the worker of the editor, is by far the largest; it is loaded after all else.
    chunkSizeWarningLimit: 4096,
    reportCompressedSize: false,
  },
  worker: {
    format: "es",
    rolldownOptions: {
      output: {
        // By its folder, src/server/worker.ts as server-worker: policies differ from worker to worker.
        entryFileNames: ({ facadeModuleId }) =>
          `assets/${basename(dirname(facadeModuleId ?? ""))}-worker-[hash].js`,
      },
    },
  },
});
export default config;
