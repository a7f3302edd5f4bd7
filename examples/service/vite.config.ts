import { defineConfig, type UserConfig } from "vite";

/** The page encrypts and decrypts, and does not compute: so it needs no headers for threads. */
const config: UserConfig = defineConfig({
  root: import.meta.dirname,
  base: "./",
  build: { target: "es2023", reportCompressedSize: false },
});
export default config;
