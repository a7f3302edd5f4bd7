import type { ClientKey } from "../../src/index.ts";
import {
  type GadgetName,
  LeveledEngine,
  type LoadedVector,
  PackedVector,
  type Program,
  type Selector,
  SelectorList,
} from "../../src/leveled.ts";
import { INSECURE_TOY_MESSAGE_2_CARRY_2 } from "../../src/parameters/sets.ts";
import type { PlainProgram } from "./plain.ts";

/** An engine for toy parameters. */
export function toyEngine(threads = 0): Promise<LeveledEngine> {
  const parameters = INSECURE_TOY_MESSAGE_2_CARRY_2;
  return LeveledEngine.create({ parameters, threads, allowInsecureParameters: true });
}

/** Encrypts selectors, takes them to the engine as bytes, and gives each of them. */
export async function selectors(
  engine: LeveledEngine,
  key: ClientKey,
  bits: readonly number[],
  gadget: GadgetName = "coarse",
): Promise<Selector[]> {
  const sent = (await SelectorList.encrypt(bits, key, { gadget })).serialize();
  const loaded = await engine.load(SelectorList.deserialize(sent));
  return bits.map((_, i) => loaded.at(i));
}

/** The same for values of a modulus. */
export async function vector(
  engine: LeveledEngine,
  key: ClientKey,
  values: readonly number[],
  modulus: number,
): Promise<LoadedVector> {
  const sent = (await PackedVector.encrypt(values, key, { modulus })).serialize();
  return engine.load(PackedVector.deserialize(sent));
}

/** A program with encrypted selectors and packed values. */
export async function encrypted(
  engine: LeveledEngine,
  key: ClientKey,
  plain: PlainProgram,
  options: { readonly modulus?: number; readonly gadget?: GadgetName } = {},
): Promise<Program> {
  const { modulus = 2, gadget = "coarse" } = options;
  const chosen = await selectors(engine, key, plain.bits, gadget);
  const steps = plain.steps.map(({ digits, moves }) => ({
    digits,
    moves: moves.map((move) =>
      "keep" in move
        ? move
        : { ...move, selector: chosen[move.selector]!, plus: move.plus.map((other) => chosen[other]!) },
    ),
  }));
  const { count, positions } = plain;
  if (plain.vector === undefined || positions === undefined) return { count, steps };
  return { count, steps, positions, vector: await vector(engine, key, plain.vector, modulus) };
}
