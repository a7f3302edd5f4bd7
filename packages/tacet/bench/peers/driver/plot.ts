import { count } from "./lines.ts";
import { type Ratio, type Result, ratiosOf } from "./report.ts";

const WIDTH = 760;
const LABELS = 250;
const RIGHT = 50;
const BAR = 14;
const GAP = 8;
const TOP = 64;
const BOTTOM = 34;

/** Colours for light and for dark pages. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 15px; font-weight: 600 }
  .quiet { fill: #57606a }
  .axis { stroke: #8c959f; stroke-dasharray: 3 3 }
  .bar0 { fill: #2f6fdb } .bar1 { fill: #7fb2f5 } .bar2 { fill: #b6d4fa }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 } .axis { stroke: #767e88 }
    .bar0 { fill: #5b9bff } .bar1 { fill: #2c5fa8 } .bar2 { fill: #234a80 }
  }`;

/** A picture of times divided by those of a peer: for each line that is to be plotted, a bar for each Tacet. */
export function plotOf(results: readonly Result[], peer: string): string {
  const groups = results
    .filter(({ line }) => line.plotted)
    .map((result) => ({
      label: titleOf(result),
      ratios: ratiosOf(result).filter((ratio) => ratio.peer.name === peer),
    }))
    .filter(({ ratios }) => ratios.length > 0);
  const platforms = [...new Set(groups.flatMap(({ ratios }) => ratios.map(platformOf)))];
  const largest = Math.max(1.2, ...groups.flatMap(({ ratios }) => ratios.map(({ ratio }) => ratio)));
  const x = (ratio: number): number => LABELS + (ratio / largest) * (WIDTH - LABELS - RIGHT);

  let y = TOP;
  const bars = groups.flatMap(({ label, ratios }) => {
    const middle = y + (ratios.length * BAR) / 2;
    const shapes = ratios.map((ratio) => {
      const top = y;
      y += BAR;
      return [
        `<rect class="bar${platforms.indexOf(platformOf(ratio)) % 3}" x="${LABELS}" y="${top}" width="${round(x(ratio.ratio) - LABELS)}" height="${BAR - 2}"/>`,
        text(x(ratio.ratio) + 6, top + BAR - 3, ratio.ratio.toFixed(2), "quiet"),
      ].join("");
    });
    y += GAP;
    return [text(LABELS - 10, middle + 4, label, "", "end"), ...shapes];
  });
  const legend = platforms.map((platform, i) => {
    const left = LABELS + 170 * i;
    return `<rect class="bar${i % 3}" x="${left}" y="34" width="12" height="12"/>${text(left + 18, 45, platform)}`;
  });
  const height = y + BOTTOM;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Time of Tacet divided by that of ${peer}">`,
    `<style>${STYLE}\n</style>`,
    text(10, 20, `Time of Tacet, divided by that of ${peer}: shorter is faster`, "title"),
    ...legend,
    ...bars,
    `<line class="axis" x1="${round(x(1))}" x2="${round(x(1))}" y1="${TOP - 8}" y2="${y}"/>`,
    text(x(1), y + 16, `as fast as ${peer}`, "quiet", "middle"),
    "</svg>",
  ].join("\n")}\n`;
}

function titleOf({ line: { request, label, threads } }: Result): string {
  const { group, on, operation, operand } = request;
  const what = group === "integer" ? `${on} ${operation}${operand === "clear" ? ", clear" : ""}` : label;
  return `${what}, ${count(threads)}`;
}

function platformOf({ ours }: Ratio): string {
  return ours.platform;
}

function text(x: number, y: number, content: string, style = "", anchor = "start"): string {
  return `<text class="${style}" x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${content}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
