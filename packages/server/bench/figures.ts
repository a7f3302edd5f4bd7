/** One line of what was measured. */
export interface Figure {
  readonly name: string;
  /** Where: "embedded", or "PostgreSQL". */
  readonly place: string;
  readonly value: number;
  readonly unit: "ms" | "1/s" | "%" | "MB" | "s";
  /** What is aimed at, if something is. */
  readonly aim?: { readonly most: number } | { readonly least: number } | undefined;
}

/** Takes figures as they come. */
export type Note = (figure: Figure) => void;

/** The value below which a part of others is. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

export function isReached({ value, aim }: Figure): boolean {
  if (aim === undefined) return true;
  return "most" in aim ? value <= aim.most : value >= aim.least;
}

const NAME_WIDTH = 62;
const PLACE_WIDTH = 12;
const VALUE_WIDTH = 12;

export function header(): string {
  return `${"".padEnd(NAME_WIDTH)}${"".padEnd(PLACE_WIDTH)}${"measured".padStart(VALUE_WIDTH)}  aim`;
}

export function row(figure: Figure): string {
  const { name, place, value, unit, aim } = figure;
  const text = `${value < 100 ? value.toFixed(1) : Math.round(value)} ${unit}`;
  const aimed = aim === undefined ? "" : "most" in aim ? `≤ ${aim.most}` : `≥ ${aim.least}`;
  const missed = isReached(figure) ? "" : "  missed";
  return `${name.padEnd(NAME_WIDTH)}${place.padEnd(PLACE_WIDTH)}${text.padStart(VALUE_WIDTH)}  ${aimed}${missed}`;
}
