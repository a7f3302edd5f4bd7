/**
 * What `lower` makes of characters in the database, which ILIKE goes by: as JavaScript does, or for ASCII only, but for
 * exceptions.
 */
export interface Folding {
  readonly base: "unicode" | "ascii";
  readonly exceptions: Readonly<Record<string, string>>;
}

export const UNICODE_FOLDING: Folding = { base: "unicode", exceptions: {} };

/** All characters that have another form in lower case. */
export function casedCharacters(): string[] {
  const cased: string[] = [];
  for (let code = 0x41; code < 0x20000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const character = String.fromCodePoint(code);
    if (character.toLowerCase() !== character) cased.push(character);
  }
  return cased;
}

/** @param lowered what the database's `lower` makes of `casedCharacters()`, one by one. */
export function foldingOf(lowered: readonly string[]): Folding {
  const pairs = casedCharacters().map((character, index) => [character, lowered[index]!] as const);
  const foldings = (["unicode", "ascii"] as const).map((base): Folding => {
    const exceptions = pairs.filter(([character, lower]) => baseFold(character, base) !== lower);
    return { base, exceptions: Object.fromEntries(exceptions) };
  });
  const [unicode, ascii] = foldings.map(({ exceptions }) => Object.keys(exceptions).length);
  return unicode! <= ascii! ? foldings[0]! : foldings[1]!;
}

function baseFold(character: string, base: Folding["base"]): string {
  return base === "unicode" || character < "\x80" ? character.toLowerCase() : character;
}

/** A text as the database's `lower` has it. */
export function fold(text: string, { base, exceptions }: Folding): string {
  const folded = Array.from(text, (character) => exceptions[character] ?? baseFold(character, base));
  return folded.join("");
}
