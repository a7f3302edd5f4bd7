import { type Cost, type Row, WIDTHS } from "./catalogue.ts";

/** Where the tables stand in `docs/operations.md`. */
const START = "<!-- costs: written by `npm run costs` -->";
const END = "<!-- end of costs -->";

/** A document with the tables of some costs, by family, in their place. */
export function withTables(document: string, costs: Readonly<Record<string, readonly Row[]>>): string {
  const [before, rest] = document.split(START);
  const [, after] = rest.split(END);
  const tables = Object.entries(costs).map(([family, rows]) => `### ${family}\n\n${table(rows)}`);
  return `${before}${START}\n\n${tables.join("\n\n")}\n\n${END}${after}`;
}

function table(rows: readonly Row[]): string {
  const head = ["operation", "operand", ...WIDTHS.map((width) => `${width} bits`), "64 bits, 64 threads"];
  const signs = new Set(rows.map(({ sign }) => sign));
  const lines = rows.map((row) => {
    const { name, sign, operands, serial, parallel, peer } = row;
    const other = rows.some((one) => one.name === name && one.sign !== sign);
    const title = sign === "signed" && (other || signs.size > 1) ? `${name}, signed` : name;
    const cells = WIDTHS.map((width) => {
      const cost = serial[width];
      if (cost === null) return "";
      return peer[width] === null ? show(cost) : `${show(cost)} (${peer[width]})`;
    });
    const wide = parallel[64];
    return [title, operands, ...cells, wide === null ? "" : show(wide)];
  });
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function show({ rotations, depth }: Cost): string {
  return `${rotations} / ${depth}`;
}
