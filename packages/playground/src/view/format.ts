/** Words and figures as the page shows them. */
import type { ClearValue } from "../program/types.ts";

const THIN_SPACE = "\u202f";

/** A size, in decimal units: 528 KB. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  if (count < 999_500) return `${significant(count / 1e3)} KB`;
  return `${significant(count / 1e6)} MB`;
}

/** A duration: 143 ms, 2.4 s. */
export function duration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** An integer, its digits in groups of three. */
export function integer(value: number | bigint): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
}

/** A value as people write it. */
export function clearValue(value: ClearValue): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "boolean" ? String(value) : integer(value);
}

/** A fraction in per cent, as `toLocaleString` would do it were it the same everywhere. */
export function percent(fraction: number): string {
  return `${Math.round(fraction * 100)} %`;
}

/** A number of things: 1 thread, 2 threads. */
export function count(number: number, thing: string): string {
  return `${integer(number)} ${thing}${number === 1 ? "" : "s"}`;
}

function significant(value: number): string {
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}
