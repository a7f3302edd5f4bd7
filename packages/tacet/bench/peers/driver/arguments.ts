import { parseArgs } from "node:util";
import type { Limits } from "./compare.ts";

/** What the comparison was asked for. */
export interface Arguments {
  /** Lines have all of these in their names; without any, the usual lines are meant. */
  readonly words: readonly string[];
  readonly json: boolean;
  readonly write: boolean;
  /** Paths of further Node.js versions. */
  readonly nodes: readonly string[];
  readonly limits: Limits;
}

/** @throws Error saying what is wrong with the arguments. */
export function parseArguments(args: readonly string[]): Arguments {
  const { values, positionals: words } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      node: { type: "string", multiple: true, default: [] },
      rounds: { type: "string" },
    },
  });
  const { json, write, node: nodes, rounds } = values;
  if (write && (words.length > 0 || rounds !== undefined)) {
    const excess = words.length > 0 ? "words" : "--rounds";
    throw new Error(`--write brings the whole page up to date: it takes no ${excess}.`);
  }
  return { words, json, write, nodes, limits: parseLimits(rounds) };
}

function parseLimits(given: string | undefined): Limits {
  if (given === undefined) return { rounds: 7, enough: 3, seconds: 6, patience: 60 };
  const rounds = Number(given);
  if (!(Number.isInteger(rounds) && rounds > 0)) {
    throw new Error(`--rounds is ${given}; expected a positive integer`);
  }
  return { rounds, enough: rounds, seconds: Infinity, patience: Infinity };
}
