import type { Sample } from "./trial.ts";

/** All texts of so many characters at most over an alphabet. */
export function textsOver(alphabet: string, longest: number): string[] {
  const all = [""];
  for (let start = 0, length = 1; length <= longest; length++) {
    const end = all.length;
    for (; start < end; start++) for (const character of alphabet) all.push(all[start] + character);
  }
  return all;
}

/** Each text without padding, and in so many characters. */
export function samples(texts: readonly string[], length: number, padded: boolean): Sample[] {
  if (!padded) return texts.filter((text) => text.length === length).map((text) => ({ text }));
  return texts
    .filter((text) => text.length <= length)
    .map((text) => ({ text, padding: length - text.length }));
}

/** Numbers of characters, and whether there may be zeros among them. */
export const layouts: readonly { readonly length: number; readonly padded: boolean }[] = [0, 1, 2, 3].flatMap(
  (length) =>
    length === 0 ? [{ length, padded: false }] : [false, true].map((padded) => ({ length, padded })),
);
