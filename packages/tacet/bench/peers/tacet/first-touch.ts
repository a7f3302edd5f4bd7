/**
 * Loads a server key into an engine in a fresh process, and prints the milliseconds since that began:
 * `node first-touch.js <file> <number of threads>`.
 */
import { readFileSync } from "node:fs";
import { Engine, ServerKey } from "../../../src/index.ts";

const [file, threads] = process.argv.slice(2);
const engine = await Engine.create(ServerKey.deserialize(readFileSync(file)), { threads: Number(threads) });
console.log(performance.now());
engine.dispose();
