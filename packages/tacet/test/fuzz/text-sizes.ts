import { type Arg, isExpression, isRef, isWord, refsIn, type Step } from "./program.ts";

/** A call, and how many characters the texts have that it names, with the zeros behind them; other values have none. */
type Call = Pick<Step, "target" | "method" | "args">;
type SizeOf = (id: number) => number;

function sizeOfArg(arg: Arg, sizeOf: SizeOf): number {
  if (Array.isArray(arg)) return Math.max(0, ...arg.map((part) => sizeOfArg(part, sizeOf)));
  if (isWord(arg)) return arg.text.length;
  return typeof arg === "object" && isRef(arg) ? sizeOf(arg.ref) : 0;
}

function sizesIn({ target, args }: Call, sizeOf: SizeOf): number[] {
  return [target, ...args].map((part) => sizeOfArg(part, sizeOf));
}

/** In how many places a pattern may be. */
function mostPlaces(size: number, pattern: Arg): number {
  return isWord(pattern) && pattern.text !== "" ? Math.floor(size / pattern.text.length) : size + 1;
}

/** The most characters of a text that comes of a call. */
export function mostCharacters(call: Call, sizeOf: SizeOf): number {
  const { method, args } = call;
  const [size, ...others] = sizesIn(call, sizeOf);
  if (method === "concat") return size + others[0];
  if (method === "repeat") return size * Number(args[1] ?? args[0]);
  if (method === "replace") return size + others[1];
  if (method.startsWith("replace")) return size + mostPlaces(size, args[0]) * others[1];
  return Math.max(size, ...others);
}

/** What it takes to move characters by an encrypted number of places: stages, each of which takes all digits. */
function moved(size: number): number {
  return size * (2 + 4 * Math.ceil(Math.log2(size + 1)));
}

/** About how many rotations a call with texts takes. */
export function costOf(call: Call, sizeOf: SizeOf): number {
  const { method, args } = call;
  const [size, ...others] = sizesIn(call, sizeOf);
  // Of what is clear, less is computed.
  const pattern = refsIn(args[0] ?? 0n).length > 0 ? 3 * others[0] : 1;
  const search = 4 * size * pattern;
  switch (method) {
    case "split":
      return search + moved(size) * Number(args[1]);
    case "splitInto":
      return 12 * others[0] * Math.max(1, others[1]) + moved(others[0]) * Number(args[2]);
    case "splitOnce":
    case "splitOnceFromEnd":
      return search + 2 * moved(size);
    case "splitWhiteSpace":
      return moved(size) * Number(args[0]);
    case "replace":
    case "replaceUpTo":
    case "replaceAll":
      return search + moved(mostCharacters(call, sizeOf));
    case "trim":
    case "trimStart":
    case "stripPrefix":
      return moved(size);
    case "concat":
      return moved(mostCharacters(call, sizeOf));
    case "sort":
    case "unique":
      return 8 * (args[0] as readonly Arg[]).length ** 2 * others[0];
    case "repeat":
      return moved(mostCharacters(call, sizeOf));
    case "like":
    case "isPatternOf":
      return 5 * size * (method === "like" ? pattern : others[0]);
    case "matches":
      return isExpression(args[0]) ? 6 * size : 0;
    default:
      return search;
  }
}
