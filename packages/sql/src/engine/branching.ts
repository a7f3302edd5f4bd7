import type { Truth } from "./job.ts";

/** What an operation reads: nothing set, all set, the packed flag of the truth, or what an earlier operation gave. */
export type Operand = "zero" | "one" | "vector" | number;

/** A selector chooses between two operands. */
export interface Operation {
  readonly selector: number;
  readonly low: Operand;
  readonly high: Operand;
}

/** A truth as operations one after the other, and which packed flag it reads, if any. */
export interface Branching {
  readonly operations: readonly Operation[];
  readonly result: Operand;
  readonly packed: number | undefined;
}

/**
 * A truth as a branching program: each flag decides where to go on (Chillotti et al., "TFHE", section 5). The packed flag
 * comes innermost, where all has been decided but by it.
 *
 * @param packedFrom the first of the packed flags, and `packedTo` the one after the last; all others are selectors, numbered
 *   without them.
 * @returns `undefined` if a truth reads several packed flags, or has more to decide after one, which no program can.
 */
export function branchingOf(truth: Truth, packedFrom: number, packedTo: number): Branching | undefined {
  const isPacked = (flag: number) => flag >= packedFrom && flag < packedTo;
  const packed = new Set<number>();
  const has = new Map<Truth, boolean>();
  /** Whether a truth has a packed flag, which is then noted. */
  const note = (part: Truth): boolean => {
    const known = has.get(part);
    if (known !== undefined) return known;
    let found = false;
    if (typeof part === "number") found = isPacked(part);
    else if (typeof part === "object") {
      const below = part.kind === "order" ? [...part.before, ...part.equal] : part.of;
      for (const one of below) found = note(one) || found;
    }
    if (found && typeof part === "number") packed.add(part);
    has.set(part, found);
    return found;
  };
  note(truth);
  if (packed.size > 1) return undefined;

  const operations: Operation[] = [];
  /** Whether nothing is left to be decided where the packed flag is read. */
  let innermost = true;
  const choose = (flag: number, low: Operand, high: Operand): Operand => {
    if (low === high) return low;
    if (isPacked(flag)) {
      innermost &&= low === "zero" && high === "one";
      return "vector";
    }
    const selector = flag < packedFrom ? flag : flag - (packedTo - packedFrom);
    return operations.push({ selector, low, high }) - 1;
  };
  const build = (part: Truth, low: Operand, high: Operand): Operand => {
    if (typeof part === "boolean") return part ? high : low;
    if (typeof part === "number") return choose(part, low, high);
    if (part.kind === "order") {
      return part.before.reduceRight<Operand>((rest, before, digit) => {
        const equal = part.equal[digit];
        return choose(before, equal === undefined ? low : choose(equal, low, rest), high);
      }, low);
    }
    // Innermost is what is built first: the part with the packed flag.
    const ordered = [...part.of].sort((a, b) => Number(note(b)) - Number(note(a)));
    return ordered.reduce<Operand>(
      (rest, one, index) => {
        if (index === 0) return build(one, low, high);
        return part.kind === "all" ? build(one, low, rest) : build(one, rest, high);
      },
      part.kind === "all" ? high : low,
    );
  };
  const result = build(truth, "zero", "one");
  return innermost ? { operations, result, packed: [...packed][0] } : undefined;
}
