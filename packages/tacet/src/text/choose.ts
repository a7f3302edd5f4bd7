import type { Block } from "../graph/block.ts";
import type { Builder } from "../graph/builder.ts";
import { select } from "../integer/choice/select.ts";
import { type SortOptions, sortByKey } from "../integer/choice/sort.ts";
import { reversedDigits } from "./compare.ts";
import { extended, type Text, textOfDigits } from "./text.ts";

/** One text where a condition is set, else another one: a rotation a digit. */
export function selectText(builder: Builder, condition: Block, a: Text, b: Text): Text {
  const length = Math.max(a.characters.length, b.characters.length);
  const [first, second] = [a, b].map((text) => extended(builder, text, length));
  const digits = select(builder, condition, first.characters.flat(), second.characters.flat());
  return textOfDigits(builder, digits, first.padded || second.padded);
}

/** The same texts in order, all in as many characters as the longest one; see `sortByKey`. */
export function sortTexts(builder: Builder, texts: readonly Text[], options?: SortOptions): Text[] {
  const length = Math.max(0, ...texts.map(({ characters }) => characters.length));
  const all = texts.map((text) => extended(builder, text, length));
  const padded = all.some((text) => text.padded);
  const items = all.map((text) => ({ key: reversedDigits(builder, text, length), value: [] }));
  return sortByKey(builder, items, options).map(({ key }) => {
    const { characters } = textOfDigits(builder, key, padded);
    return { characters: characters.toReversed(), padded };
  });
}

/** The number that a clear text is as a key or a value of a table: its first character counts least. */
export function numberOfText(codes: readonly number[]): bigint {
  return codes.reduceRight((number, code) => (number << 8n) | BigInt(code), 0n);
}

/** The characters that such a number stands for. */
export function codesOfNumber(number: bigint): number[] {
  const codes: number[] = [];
  for (let rest = number; rest > 0n; rest >>= 8n) codes.push(Number(rest & 0xffn));
  return codes;
}

/** What of a table a text may be, as a table of the integer that all of its digits are. Keys are numbers of texts. */
export function tableOf(
  { characters: { length }, padded }: Text,
  table: ReadonlyMap<bigint, bigint>,
): ReadonlyMap<bigint, bigint> {
  const fits = (key: bigint): boolean => {
    const own = codesOfNumber(key).length;
    return padded ? own <= length : own === length;
  };
  return new Map([...table].filter(([key]) => fits(key)));
}
