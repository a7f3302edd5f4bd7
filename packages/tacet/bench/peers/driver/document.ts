import type { Machine } from "./machine.ts";
import type { Implementation } from "./protocol.ts";
import { columnsOf, labelOf, type Result, tablesOf } from "./report.ts";

/** Where the results stand in `docs/benchmarks.md`. */
const START = "<!-- results: written by `npm run bench:peers -- --write` -->";
const END = "<!-- end of results -->";

/**
 * A document with what was measured in its place.
 *
 * @throws Error if the document does not say where that is.
 */
export function withResults(
  document: string,
  results: readonly Result[],
  implementations: readonly Implementation[],
  { processor, processors }: Machine,
  date: string,
): string {
  const [before, rest] = divided(document, START);
  const [, after] = divided(rest, END);
  const cores = `${processors} ${processors === 1 ? "core" : "cores"}`;
  const facts = [`Measured on ${date}`, `${processor}, ${cores}`, ...implementations.map(labelOf)];
  const plot = "![Time of Tacet, divided by that of TFHE-rs](benchmarks.svg)";
  const tables = tablesOf(results, columnsOf(implementations));
  return `${before}${START}\n\n${facts.join("; ")}.\n\n${plot}\n\n${tables}\n\n${END}${after}`;
}

/** What stands before a marker, and what after. */
function divided(text: string, marker: string): [string, string] {
  const at = text.indexOf(marker);
  if (at < 0) throw new Error(`the document has no ${marker}`);
  return [text.slice(0, at), text.slice(at + marker.length)];
}
