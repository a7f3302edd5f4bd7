import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsdown";
import { exists } from "./machine.ts";
import type { Start } from "./runner.ts";

const peers = fileURLToPath(new URL("..", import.meta.url));

/** How to start each runner for a number of threads. TFHE-rs is left out where there is no cargo to build it. */
export interface Programs {
  tacet(node: string, threads: number): Start;
  readonly tfheRs: ((threads: number) => Start) | undefined;
  readonly nodeTfhe: Start;
}

/** Builds what has to be built. What the compilers have to say goes to standard error. */
export async function buildPrograms(): Promise<Programs> {
  const tacet = await bundleTacet();
  return {
    tacet: (node, threads) => ({ command: [node, join(tacet, "runner.js"), String(threads)], folder: peers }),
    tfheRs: buildTfheRs(),
    nodeTfhe: { command: [process.execPath, "node-tfhe/runner.ts"], folder: peers },
  };
}

/** The runner of Tacet as plain JavaScript, for the Node.js versions that run no TypeScript. */
async function bundleTacet(): Promise<string> {
  const folder = join(peers, "dist");
  await build({
    config: false,
    cwd: peers,
    entry: ["tacet/runner.ts", "tacet/first-touch.ts"],
    outDir: folder,
    format: "esm",
    platform: "node",
    target: "es2022",
    fixedExtension: false,
    dts: false,
    logLevel: "warn",
  });
  return folder;
}

function buildTfheRs(): Programs["tfheRs"] {
  if (!exists("cargo")) return undefined;
  const folder = join(peers, "tfhe-rs");
  console.error("Building the program with TFHE-rs; the first time, this takes minutes.");
  // What the environment says would replace the flags in .cargo/config.toml.
  const rustFlags = [process.env.RUSTFLAGS, "-C target-cpu=native"].filter(Boolean).join(" ");
  const { status } = spawnSync("cargo", ["build", "--release"], {
    cwd: folder,
    env: { ...process.env, RUSTFLAGS: rustFlags },
    stdio: ["ignore", process.stderr, "inherit"],
  });
  if (status !== 0) throw new Error("cargo could not build bench/peers/tfhe-rs, for the reason given above");
  return (threads) => ({
    command: ["cargo", "run", "--release", "--quiet"],
    folder,
    environment: { RAYON_NUM_THREADS: String(threads), RUSTFLAGS: rustFlags },
  });
}
