import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The options of Node.js that the command runs with, as its first line says. */
export const nodeOptions: readonly string[] = /^#!.* node (.*)$/m
  .exec(readFileSync(fileURLToPath(new URL("../bin/tacet-server.js", import.meta.url)), "utf8"))![1]!
  .split(" ");
