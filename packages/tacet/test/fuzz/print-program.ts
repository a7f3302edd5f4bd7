import { evaluate } from "./clear.ts";
import { COMPOSITES } from "./composites.ts";
import {
  type Arg,
  type Clear,
  type Item,
  isExpression,
  isRef,
  isWord,
  type Options,
  type Program,
  type Step,
  type TypeName,
} from "./program.ts";
import { isShort, type Setting } from "./run-program.ts";

/** Methods that give several values, as an array. */
const SEVERAL =
  /^(divRem|overflowing\w+|checkedIlog2|matchValue|flip|sort|indexOf|lastIndexOf|strip\w+|splitOnce\w*)$/;
/** Methods that give several pairs. */
const PAIRS = /^(split|splitWhiteSpace|unique)$/;
/** Methods of arrays that give a single value. */
const SINGLE = /^(sum|smallest|largest|dotProduct|all|any|equals|contains|containsSlice)$/;

/**
 * A program of the public API that anyone can run, at toy parameters if its blocks are the default ones.
 *
 * @param world of which inputs.
 */
export function printProgram(program: Program, { crew }: Setting, world = 0): string {
  const values = evaluate(program);
  const expected = (id: number): string => printClear(values.get(id)![world]);
  const { threads, deterministic } = crew;
  const requests: string[] = [];
  const lines = program.items.map((item) => printItem(item, requests, expected));
  const inputs = program.inputs.map(
    ({ id, type, values, size }) =>
      `const c${id} = ${type}.encrypt(${printClear(values[world])}, key${size === undefined ? "" : `, { size: ${size} }`}), v${id} = engine.load(c${id});`,
  );
  const compiles = program.items.some((item) => item.do === "step" && item.args.some(isExpression));
  const composites = new Set(program.items.map((item) => (item.do === "step" ? item.method : "")));
  const functions = Object.entries(COMPOSITES)
    .filter(([name]) => composites.has(name))
    .map(([, composite]) => `function ${composite}`);
  const types = new Set(program.inputs.map(({ type }) => type));
  for (const item of program.items)
    if (item.do === "step") for (const type of typesIn(item.args)) types.add(type);
  return [
    `import { ClientKey, Engine, ${parametersOf(program)}, ServerKey, ${[...types].sort().join(", ")} } from "tacet";`,
    ...(compiles ? ['import { compile } from "tacet/regex";'] : []),
    `const toy = { ...${parametersOf(program)}, name: "INSECURE_TOY", lweDimension: 16, polynomialSize: 256, lweNoise: 30, insecure: true };`,
    "const key = await ClientKey.generate({ parameters: toy, allowInsecureParameters: true });",
    `const engine = await Engine.create(await ServerKey.from(key), { threads: ${threads}, deterministic: ${deterministic} });`,
    "const turn = () => new Promise((resolve) => setTimeout(resolve));",
    "const show = (name, ciphertext, expected) =>",
    "  ciphertext.then((found) => console.log(name, found.decrypt(key), expected), (error) => console.log(name, String(error), expected));",
    ...functions,
    "// Each line that this prints is: a value's name, what it is, what it should be.",
    ...inputs,
    ...lines,
    `await Promise.all([${requests.join(", ")}]);`,
    "engine.dispose();",
    "",
  ].join("\n");
}

function parametersOf({ parameters }: Program): string {
  const [message, carry] = parameters.split("_");
  return parameters === "2_2"
    ? "DEFAULT_PARAMETERS"
    : `PARAM_MESSAGE_${message}_CARRY_${carry}_KS_PBS_TUNIFORM_2M128`;
}

function printItem(item: Item, requests: string[], expected: (id: number) => string): string {
  const names = (refs: readonly number[]): string => refs.map((id) => `v${id}`).join(", ");
  switch (item.do) {
    case "step":
      return printStep(item);
    case "load":
      return `const v${item.id} = engine.load(c${item.of});`;
    case "request": {
      const name = `r${requests.length}`;
      requests.push(name);
      const signal = `const s${name} = new AbortController();`;
      const shows = item.refs.map(
        (id) => `show("v${id}", v${id}.ciphertext({ signal: s${name}.signal }), ${expected(id)})`,
      );
      return `${signal}\nconst ${name} = Promise.all([${shows.join(", ")}]);`;
    }
    case "run":
      return `for (let i = 0; i < ${item.moves + 1}; i++) await turn();`;
    case "finish":
      return `await Promise.all([${requests.join(", ")}]);`;
    case "abort":
      return `sr${item.request}.abort("given up");`;
    case "explain": {
      const crew = item.crew && `threads: ${item.crew.threads}, deterministic: ${item.crew.deterministic}`;
      return `engine.explain(${names(item.refs)});${crew ? ` // of an engine with ${crew}` : ""}`;
    }
    case "dispose":
      return `v${item.ref}.dispose();`;
  }
}

function printStep({ target, method, args, results }: Step): string {
  const names = results.map(({ id }) => `v${id}`).join(", ");
  const list = args.map(printArg).join(", ");
  if (method in COMPOSITES) return `const [${names}] = ${method}(engine, ${list});`;
  const pairs = results.flatMap(({ id }, at) => (at % 2 === 0 ? [`[v${id}, v${results[at + 1]?.id}]`] : []));
  const several = SEVERAL.test(method) || (Array.isArray(target) && !SINGLE.test(method));
  const self =
    target === "engine"
      ? target
      : Array.isArray(target)
        ? `engine.array(${printArg(target)})`
        : printArg(target as Arg);
  const made = PAIRS.test(method) ? `[${pairs.join(", ")}]` : several ? `[${names}]` : names;
  return `const ${made} = ${self}.${method}(${list});`;
}

function printArg(arg: Arg): string {
  if (Array.isArray(arg)) return `[${arg.map(printArg).join(", ")}]`;
  if (typeof arg === "string" && !arg.startsWith("Fhe")) return JSON.stringify(arg);
  if (typeof arg !== "object") return typeof arg === "bigint" ? printClear(arg) : String(arg);
  if (isRef(arg)) return `v${arg.ref}`;
  if (isWord(arg)) return printClear(arg.text);
  if (isExpression(arg)) return `compile(${new RegExp(arg.pattern, arg.flags)})`;
  const options = Object.entries(arg as Options).map(([name, value]) => `${name}: ${printClear(value)}`);
  return `{ ${options.join(", ")} }`;
}

function printClear(value: Clear | number): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "bigint") return String(value);
  return isShort(value) ? String(value) : `${value}n`;
}

function typesIn(args: readonly Arg[]): TypeName[] {
  return args.filter((arg) => typeof arg === "string" && arg.startsWith("Fhe")) as TypeName[];
}
