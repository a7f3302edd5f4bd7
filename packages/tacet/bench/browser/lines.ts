import { count, type Line, linesOf } from "../peers/driver/lines.ts";

/** What lines about opening a page are "on". */
export const OPENING = "opening";
/** What the line about the playground is "on". */
export const PLAYGROUND = "playground";

/** Bootstraps at the default parameters, operations on 64-bit integers, keys, and opening a page. */
export function browserLines(threads: number, processors: number): Line[] {
  const lines = linesOf(threads, processors).filter(
    ({ request: { group, on, operation, batch, operand } }) => {
      if (group === "bootstrap") return on === "2_2";
      if (group === "key") return operation === "generate" || operation === "load";
      return on === "FheUint64" && group === "integer" && batch === 1 && operand === "encrypted";
    },
  );
  return [...opening(threads), ...(threads === processors ? [playground(threads)] : []), ...lines];
}

/** From opening the playground, with a click on its button as soon as it is there. */
function playground(threads: number): Line {
  return {
    section: `The playground, ${count(threads)}`,
    label: "to the first encrypted result",
    threads,
    request: { group: "key", on: PLAYGROUND, operation: "first result", operand: "", batch: 1 },
    usual: true,
    plotted: false,
  };
}

function opening(threads: number): Line[] {
  const labels = {
    "first result": "to the first encrypted result",
    "longest turn": "longest turn of the event loop",
  };
  return Object.entries(labels).map(([operation, label]) => ({
    section: `Opening a page or starting a process, ${count(threads)}`,
    label,
    threads,
    request: { group: "key", on: OPENING, operation, operand: "", batch: 1 },
    usual: true,
    plotted: false,
  }));
}
