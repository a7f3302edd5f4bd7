import { type Cost, type Row, WIDTHS } from "./catalogue.ts";
import { LENGTHS, type TextRow } from "./texts.ts";

/** Where the tables stand in `docs/operations.md`. */
const START = "<!-- costs: written by `npm run costs` -->";
const TEXTS_START = "<!-- costs of texts: written by `npm run costs` -->";
const END = "<!-- end of costs -->";

/** A document with the tables of some costs, by family, in their place. */
export function withTables(document: string, costs: Readonly<Record<string, readonly Row[]>>): string {
  const tables = Object.entries(costs).map(([family, rows]) => `### ${family}\n\n${table(rows)}`);
  return withPart(document, START, tables.join("\n\n"));
}

/** A document with the table of what operations with texts cost in its place. */
export function withTextTable(document: string, rows: readonly TextRow[]): string {
  return withPart(document, TEXTS_START, `### Texts\n\n${ABOUT_TEXTS}\n\n${textTable(rows)}`);
}

function withPart(document: string, start: string, part: string): string {
  const place = document.indexOf(start) + start.length;
  return `${document.slice(0, place)}\n\n${part}\n\n${document.slice(document.indexOf(END, place))}`;
}

const ABOUT_TEXTS =
  "Lengths are those with the zeros that may follow, if the text is padded. Operations with two texts of one length, such as " +
  '`eq`, have another one of that length; all others a pattern of four characters, which is "abcd" if it is clear, and has a ' +
  "zero more if it is padded; what replaces it has four as well. TFHE-rs has no clear texts of more than 32 characters, and " +
  "takes too long for `replaceAll` on more than 8.";

function textTable(rows: readonly TextRow[]): string {
  const head = ["operation", "text", "other text", ...LENGTHS.map((length) => `${length} characters`)];
  const lines = rows.map(({ name, padded, operand, costs, peer }) => {
    const cells = LENGTHS.map((length) => withPeer(costs[length], peer[length]));
    return [name, padded ? "padded" : "exact", operand ?? "", ...cells];
  });
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function withPeer(cost: Cost, peer: number | null): string {
  return peer === null ? show(cost) : `${show(cost)} (${peer})`;
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
      return cost === null ? "" : withPeer(cost, peer[width]);
    });
    const wide = parallel[64];
    return [title, operands, ...cells, wide === null ? "" : show(wide)];
  });
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function show({ rotations, depth }: Cost): string {
  return `${rotations} / ${depth}`;
}
