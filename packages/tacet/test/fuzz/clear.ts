import { demand, fitting, isTyped, kindOf, MEANINGS, type Operand, type Typed } from "./clear-methods.ts";
import { concernsTexts, OF_TEXTS } from "./clear-texts.ts";
import {
  type Arg,
  type Clear,
  type Input,
  isRef,
  isText,
  type Program,
  type Step,
  type TypeName,
} from "./program.ts";

/** The values of everything in a program, in each world. @throws Invalid */
export function evaluate(program: Program): Map<number, readonly Clear[]> {
  const types = new Map(program.inputs.map(({ id, type }) => [id, type]));
  const values = new Map<number, readonly Clear[]>(program.inputs.map(({ id, values }) => [id, values]));
  for (const input of program.inputs) checkInput(input);
  const gone = new Set<number>();
  const known = (id: number): void => demand(types.has(id) && !gone.has(id), "there is no such value");
  let requests = 0;
  for (const item of program.items) {
    if (item.do === "step") {
      const results = evaluateStep(item, (id) => {
        known(id);
        return { type: types.get(id)!, values: values.get(id)! };
      });
      demand(results.length === item.results.length, "there are other results");
      for (const [at, { id, type }] of item.results.entries()) {
        demand(results[at].type === type, "there are results of other types");
        types.set(id, type);
        values.set(id, results[at].values);
      }
    } else if (item.do === "load") {
      const input = program.inputs.find(({ id }) => id === item.of);
      demand(input !== undefined, "there is no such input");
      types.set(item.id, input!.type);
      values.set(item.id, input!.values);
    } else if (item.do === "request" || item.do === "explain") {
      item.refs.forEach(known);
      demand(item.refs.length > 0, "nothing is asked for");
      if (item.do === "request") requests++;
    } else if (item.do === "abort") demand(item.request < requests, "there is no such request");
    else if (item.do === "dispose") {
      known(item.ref);
      gone.add(item.ref);
    }
  }
  return values;
}

function checkInput({ type, values, size }: Input): void {
  for (const value of values) fitting(type, value);
  if (!isText(type)) return;
  const [least, most] = [Math.min, Math.max].map((of) =>
    of(...values.map((text) => (text as string).length)),
  );
  demand(size !== undefined && (most < size || (most === size && least === size)), "a text has another size");
}

/** The results of a step in each world. @throws Invalid */
export function evaluateStep(
  step: Pick<Step, "target" | "method" | "args">,
  lookUp: (id: number) => { type: TypeName; values: readonly Clear[] },
): { type: TypeName; values: Clear[] }[] {
  const { target, method, args } = step;
  const known = new Map<number, { type: TypeName; values: readonly Clear[] }>();
  const at = (id: number, world: number): Typed => {
    let found = known.get(id);
    if (found === undefined) known.set(id, (found = lookUp(id)));
    return { type: found.type, value: found.values[world] };
  };
  let worlds = 0;
  const resolve = (arg: Arg, world: number): Operand => {
    if (Array.isArray(arg)) return arg.map((part) => resolve(part, world));
    if (!isRef(arg)) return arg as Operand;
    const found = at(arg.ref, world);
    worlds = known.get(arg.ref)!.values.length;
    return found;
  };
  const run = (world: number): readonly Typed[] => {
    const self = target === "engine" ? [] : [target].flat().map((ref) => resolve(ref, world) as Typed);
    const kind = Array.isArray(target) ? "array" : target === "engine" ? "engine" : kindOf(self[0].type);
    const operands = args.map((arg) => resolve(arg, world));
    const meanings = kind === "text" || concernsTexts(operands) ? OF_TEXTS : MEANINGS;
    const meaning = (meanings as typeof OF_TEXTS)[kind]?.[method];
    demand(meaning !== undefined, `there is no method ${method}`);
    const results = meaning(self, operands);
    // Of what rests on nothing, nothing can be said.
    const poisoned = [self, ...operands].flat(9).some((part) => isTyped(part) && part.value === undefined);
    return poisoned ? results.map(({ type }) => ({ type, value: undefined })) : results;
  };
  const first = run(0);
  const results = first.map(({ type, value }) => ({ type, values: [value] as Clear[] }));
  for (let world = 1; world < worlds; world++) {
    for (const [i, { value }] of run(world).entries()) results[i].values.push(value);
  }
  return results;
}
