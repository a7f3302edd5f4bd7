import { MismatchError } from "../errors.ts";
import type { Imported, Part, PartDigit } from "../graph/cut/part.ts";

/** A result as the last part has it. */
export interface PartResult {
  readonly type: string;
  /** Whether zeros may follow a text. */
  readonly padded: boolean;
  readonly digits: readonly PartDigit[];
}

/**
 * A part of a computation: plain data, which JSON can carry. It says nothing of values; the numbers in it are those of the
 * graph, of tables and of names of ciphertexts, and mean something to `computePart` alone.
 */
export interface ComputationPart extends Part {
  readonly version: 1;
  /** Names the computation: parts of different ones do not go together. */
  readonly cut: string;
  /** Its place among the parts. */
  readonly index: number;
  /** Number of bootstraps that it takes. */
  readonly bootstraps: number;
  /** Which of the inputs it reads: places in the list that `cut` was given. */
  readonly values: readonly number[];
  /** The parts, all before it, of which it needs the bytes. */
  readonly needs: readonly number[];
  /** Of the last part: what was asked for. */
  readonly results?: readonly PartResult[];
}

/** A ciphertext that another part has given, as the engine takes it in. */
export function imported(
  { max, twin, kin, opaque, wide }: Imported,
  lwe: BigUint64Array<ArrayBuffer>,
): {
  lwe: BigUint64Array<ArrayBuffer>;
  degree: number;
  noiseLevel: number;
  origin: Omit<Imported, "max">;
} {
  return { lwe, degree: max, noiseLevel: 1, origin: { twin, kin, opaque, wide } };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
const isText = (value: unknown): value is string => typeof value === "string";
const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * Checks what somebody gives for a part: that it is one by its form. What of it the graph does not take, that refuses.
 *
 * @throws MismatchError that says where it is none.
 */
export function checkPart(given: unknown): ComputationPart {
  const part = isObject(given) ? given : refuse("it");
  if (part.version !== 1) refuse("version");
  if (typeof part.cut !== "string" || !/^[0-9a-f]{16}$/.test(part.cut)) refuse("cut");
  if (!isIndex(part.index)) refuse("index");
  const { index } = part as { index: number };
  list(part.needs, "needs", (need) => isIndex(need) && need < index);
  list(part.values, "values", isIndex);
  const inputs = list(part.inputs, "inputs", (one) => {
    return (
      isObject(one) &&
      [one.place, one.at].every(isIndex) &&
      Number.isSafeInteger(one.twin) &&
      isText(one.form)
    );
  });
  const needs = new Set(part.needs as number[]);
  const imports = list(part.imports, "imports", (one) => {
    if (!isObject(one) || !needs.has(one.part as number)) return false;
    return isIndex(one.at) && isImported(one);
  });
  let sources = inputs.length + imports.length;
  const isTerms = (terms: unknown): boolean =>
    Array.isArray(terms) &&
    terms.every(
      (term) => Array.isArray(term) && Number.isSafeInteger(term[0]) && isIndex(term[1]) && term[1] < sources,
    );
  list(part.rotations, "rotations", (rotation) => {
    if (!isObject(rotation) || !isTerms(rotation.terms) || (rotation.terms as unknown[]).length === 0)
      return false;
    const { tables, constant, size, anywhere } = rotation;
    if (!Number.isSafeInteger(constant) || !isIndex(size) || typeof anywhere !== "boolean") return false;
    if (!Array.isArray(tables)) return false;
    sources += tables.length;
    return tables.every(
      (one) =>
        isObject(one) &&
        [one.min, one.max].every(isIndex) &&
        Array.isArray(one.table) &&
        one.table.length === size &&
        one.table.every(isIndex),
    );
  });
  list(part.gives, "gives", (source) => isIndex(source) && source < sources);
  if (part.team !== undefined) checkTeam(part.team, part as unknown as ComputationPart, sources);
  if (part.results !== undefined) {
    list(part.results, "results", (result) => {
      if (!isObject(result) || typeof result.type !== "string" || typeof result.padded !== "boolean")
        return false;
      return (
        Array.isArray(result.digits) &&
        result.digits.every(
          (digit) =>
            isObject(digit) &&
            [digit.constant, digit.min, digit.max].every(Number.isSafeInteger) &&
            isTerms(digit.terms),
        )
      );
    });
  }
  return given as ComputationPart;
}

/** @param sources the number of them. */
function checkTeam(given: unknown, { index, rotations, needs }: ComputationPart, sources: number): void {
  const team = isObject(given) ? given : refuse("team");
  const { first } = team;
  if (!isIndex(first) || first > index || needs.some((need) => need >= first)) refuse("team.first");
  const lanes = list(team.lanes, "team.lanes", isIndex);
  if (lanes.length !== rotations.length) refuse("team.lanes");
  const own = sources - rotations.reduce((sum, { tables }) => sum + tables.length, 0);
  list(team.shared, "team.shared", (one) => {
    if (!isObject(one) || !isIndex(one.source)) return false;
    return one.source >= own && one.source < sources && isImported(one);
  });
}

function isImported(one: Record<string, unknown>): boolean {
  if (typeof one.opaque !== "boolean" || typeof one.wide !== "boolean") return false;
  return isIndex(one.max) && [one.twin, one.kin].every(Number.isSafeInteger);
}

function list(value: unknown, name: string, holds: (entry: unknown) => boolean): unknown[] {
  if (!Array.isArray(value)) return refuse(name);
  const at = value.findIndex((entry) => !holds(entry));
  return at < 0 ? value : refuse(`${name}[${at}]`);
}

function refuse(where: string): never {
  throw new MismatchError(`expected a part that cut has made; ${where} is not as it should be`);
}
