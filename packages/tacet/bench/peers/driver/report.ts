import { median, ratio, type Series } from "./compare.ts";
import { type Line, nameOf } from "./lines.ts";
import type { Implementation } from "./protocol.ts";

/** What was measured for one line. */
export interface Result {
  readonly line: Line;
  readonly series: readonly Series[];
}

/** Time of ours, divided by a peer's. */
export interface Ratio {
  readonly ours: Implementation;
  readonly peer: Implementation;
  readonly ratio: number;
}

export function labelOf({ name, version, platform }: Implementation): string {
  return platform === "native" ? `${name} ${version}` : `${name} ${version}, ${platform}`;
}

/** Every Tacet against every peer. */
export function ratiosOf({ series }: Result): Ratio[] {
  return pairsOf(series, ({ implementation }) => implementation).map(([ours, peer]) => ({
    ours: ours.implementation,
    peer: peer.implementation,
    ratio: ratio(ours, peer),
  }));
}

function pairsOf<T>(all: readonly T[], implementationOf: (one: T) => Implementation): [ours: T, peer: T][] {
  const isOwn = (one: T): boolean => implementationOf(one).name === "Tacet";
  const peers = all.filter((one) => !isOwn(one));
  return all.filter(isOwn).flatMap((ours) => peers.map((peer): [T, T] => [ours, peer]));
}

/** Whether two runners measured the same: each says anew what it is. */
function same(a: Implementation, b: Implementation): boolean {
  return labelOf(a) === labelOf(b);
}

/** What `--json` prints for a line. */
export function recordOf(result: Result): object {
  return {
    name: nameOf(result.line),
    threads: result.line.threads,
    request: result.line.request,
    times: result.series.map(({ implementation, nanoseconds }) => ({
      ...implementation,
      medianNanoseconds: median(nanoseconds),
      nanoseconds,
    })),
    ratios: ratiosOf(result).map(({ ours, peer, ratio }) => ({
      ours: labelOf(ours),
      peer: labelOf(peer),
      ratio,
    })),
  };
}

/** A column of a table: the times of an implementation, or how those of one compare with those of another. */
interface Column {
  readonly title: string;
  readonly cell: (result: Result) => string;
}

/** The columns for what these implementations were asked: all times, then every Tacet against every peer. */
export function columnsOf(implementations: readonly Implementation[]): Column[] {
  const times = implementations.map((implementation) => ({
    title: shortLabel(implementation),
    cell: ({ series }: Result) => {
      const one = series.find((other) => same(other.implementation, implementation));
      return one === undefined ? "" : duration(median(one.nanoseconds));
    },
  }));
  const pairs = pairsOf(implementations, (one) => one);
  const severalOwn = new Set(pairs.map(([ours]) => ours)).size > 1;
  const ratios = pairs.map(([ours, peer]) => ({
    title: severalOwn ? `${runtime(ours)} ÷ ${peer.name}` : `÷ ${peer.name}`,
    cell: (result: Result) => {
      const found = ratiosOf(result).find((one) => same(one.ours, ours) && same(one.peer, peer));
      return found === undefined ? "" : found.ratio.toFixed(2);
    },
  }));
  return [...times, ...ratios];
}

const LABEL_WIDTH = 32;
const LEAST_CELL_WIDTH = 24;

/** Lines of text for a terminal: a heading where a section begins, and what was measured. */
export function textOf(result: Result, columns: readonly Column[], begins: boolean): string {
  const titles = columns.map(({ title }) => title);
  const width = Math.max(LEAST_CELL_WIDTH, ...titles.map((title) => title.length + 2));
  const row = (label: string, cells: readonly string[]): string =>
    `${label.padEnd(LABEL_WIDTH)}${cells.map((cell) => cell.padStart(width)).join("")}`;
  const { section, label } = result.line;
  const heading = begins ? [`\n${section}`, row("", titles)] : [];
  const cells = columns.map(({ cell }) => cell(result));
  return [...heading, row(label, cells)].join("\n");
}

/** A table in Markdown for each section, without the columns that are empty in it. */
export function tablesOf(results: readonly Result[], columns: readonly Column[]): string {
  const sections = [...new Set(results.map(({ line }) => line.section))];
  const tables = sections.map((section) => {
    const rows = results.filter(({ line }) => line.section === section);
    const filled = columns.filter(({ cell }) => rows.some((result) => cell(result) !== ""));
    const lines = [
      ["", ...filled.map(({ title }) => title)],
      ["---", ...filled.map(() => "---:")],
      ...rows.map((result) => [result.line.label, ...filled.map(({ cell }) => cell(result))]),
    ];
    return `### ${section}\n\n${lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}`;
  });
  return tables.join("\n\n");
}

function shortLabel(implementation: Implementation): string {
  const { name } = implementation;
  return name === "Tacet" ? `Tacet, ${runtime(implementation)}` : name;
}

/** The platform without its minor version. */
function runtime({ platform }: Implementation): string {
  return platform.replace(/(\d+)\..*/, "$1");
}

const UNITS = [
  ["s", 1e9],
  ["ms", 1e6],
  ["µs", 1e3],
  ["ns", 1],
] as const;

/** Three digits and a unit. */
export function duration(nanoseconds: number): string {
  const [unit, size] = UNITS.find(([, size]) => nanoseconds >= size) ?? UNITS[3];
  const value = nanoseconds / size;
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ${unit}`;
}
