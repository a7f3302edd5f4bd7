// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are source code
/** One way to break the library: a text that is in a source file exactly once, and what takes its place. */
export interface Mutant {
  /** The file, as seen from `src`. */
  readonly file: string;
  /** What is broken, in words. */
  readonly what: string;
  readonly find: string;
  readonly replace: string;
}

/** Mutants of one file. */
function of(
  file: string,
  mutants: readonly (readonly [what: string, find: string, replace: string])[],
): Mutant[] {
  return mutants.map(([what, find, replace]) => ({ file, what, find, replace }));
}

/**
 * Ways to break each pass of the planner and each decision of the builder: all that would give wrong results, or more
 * noise or larger ranges than blocks hold.
 */
export const MUTANTS: readonly Mutant[] = [
  ...of("graph/compose.ts", [
    [
      "composes tables the wrong way round",
      "first.table.map((value) => table[value])",
      "table.map((value) => first.table[value])",
    ],
    ["forgets that a lookup is requested", "new Set<Block>(requested)", "new Set<Block>()"],
    [
      "forgets that a combination needs a lookup",
      "for (const { source } of block.terms) needed.add(source);",
      "",
    ],
    ["does not tell the input of its new readers", "      siblings.add(job);\n", ""],
    ["composes whatever it costs", "    if (after > before) continue;\n", ""],
    ["counts a lookup that is needed as spared", "needed.has(middle) ? 0 : 1", "1"],
    ["gives the table but not the input", "      job.input = first.input;\n", ""],
    [
      "drops what is needed",
      "    if (!needed.has(middle)) {\n      siblings",
      "    if (needed.has(middle)) {\n      siblings",
    ],
  ]),
  ...of("graph/merge.ts", [
    [
      "cuts tables off one early",
      "table.slice(input.min, input.max + 1)",
      "table.slice(input.min, input.max)",
    ],
    [
      "does not start tables at the least value",
      "table.slice(input.min, input.max + 1)",
      "table.slice(0, rangeSize(input))",
    ],
    [
      "forgets to take the least value off",
      "constant: constantOf(input) - input.min",
      "constant: constantOf(input)",
    ],
    [
      "merges one table too many",
      "const width = tablesPerRotation(input, capacity);",
      "const width = tablesPerRotation(input, capacity) + 1;",
    ],
    ["forgets who computes an output", "        producer.set(output, index);\n", ""],
    ["skips a table between rotations", "start += width", "start += width + 1"],
    ["makes what waits as urgent as what it waits for", "priorities[index] + 1);", "priorities[index]);"],
  ]),
  ...of("graph/job.ts", [
    ["counts a range one short", "block.max - block.min + 1", "block.max - block.min"],
    ["takes the largest value for the size", "block.max - block.min + 1", "block.max"],
    [
      "allows for a table too many",
      "Math.floor(capacity / rangeSize(block))",
      "Math.ceil(capacity / rangeSize(block))",
    ],
  ]),
  ...of("graph/order.ts", [
    ["orders blocks before what they need", "order.push(block);", "order.unshift(block);"],
    [
      "leaves out what only one block needs",
      "if (!entered.has(need)) stack.push(need);",
      "if (entered.has(need)) stack.push(need);",
    ],
    ["repeats shared blocks", "if (!left.has(block)) {", "{"],
    ["looks beyond leaves", "if (isLeaf(block)) continue;", ""],
    [
      "forgets the last request",
      "[...requested].reverse()",
      "requested.slice(0, Math.max(1, requested.length - 1)).reverse()",
    ],
  ]),
  ...of("graph/plan.ts", [
    ["computes again what is under way", ".filter((block) => !isUnderWay(block))", ""],
    ["walks beyond what is under way", "inOrder(requested, isUnderWay)", "inOrder(requested)"],
    ["forgets that requests are requested", "new Set(requested), capacity", "new Set(), capacity"],
    [
      "needs nothing but the first request",
      "requested.flatMap(termsOf).map",
      "requested.slice(0, 1).flatMap(termsOf).map",
    ],
    [
      "needs the first source of each request only",
      "requested.flatMap(termsOf).map",
      "requested.flatMap((block) => termsOf(block).slice(0, 1)).map",
    ],
  ]),
  ...of("graph/shorten/chain.ts", [
    [
      "splits off the wrong coefficient",
      "termsOf(input).find(({ source }) => source === state)!",
      "termsOf(input)[0]",
    ],
    [
      "forgets the constant beside one other source",
      "at: (value) => constant + c * value, coefficient };",
      "at: (value) => c * value, coefficient };",
    ],
    [
      "forgets the factor of the rest",
      "at: (value) => lowest + factor * value",
      "at: (value) => lowest + value",
    ],
    [
      "forgets the least value of the rest",
      "at: (value) => lowest + factor * value",
      "at: (value) => factor * value",
    ],
    [
      "narrows the rest too much from above",
      "const highest = Math.min(max, input.max - Math.min(...shares));",
      "const highest = Math.min(max, input.max - Math.max(...shares));",
    ],
    [
      "narrows the rest too much from below",
      "input.min - Math.max(...shares) - min",
      "input.min - Math.min(...shares) - min",
    ],
    ["takes states by value, not by place", "return after.indexOf(table[sum]);", "return table[sum];"],
    ["tells a result from 0, not from its least", "maps[value - output.min]", "maps[value]"],
    ["takes a rest of any range", "if (rangeSize(split.rest) > codes.capacity) continue;", ""],
  ]),
  ...of("graph/shorten/chunks.ts", [
    [
      "does not compare the number of terms and the range",
      "        max === block.max &&\n        terms.length === block.terms.length &&\n",
      "",
    ],
    ["takes any input that an input stands for", "return known ?? block;", "return blocks[0];"],
    ["takes the last input that it has seen", "return known ?? block;", "return blocks[blocks.length - 1];"],
    ["settles nothing that is needed", "    for (const source of needed) this.#settle(source);\n", ""],
    ["settles nothing that joins a chain", "if (source !== link?.state) this.#settle(source);", ""],
    ["drops what is needed", "const read = new Set(needed);", "const read = new Set(needed.slice(1));"],
    [
      "drops what only dropped blocks seem to read",
      "for (const { source } of termsOf(job.input)) read.add(source);",
      "for (const { source } of termsOf(job.input).slice(0, 1)) read.add(source);",
    ],
    [
      "joins steps in the wrong order",
      "const joined = this.#join(step, steps) ?? ",
      "const joined = this.#join(steps, step) ?? ",
    ],
    [
      "reads the state before the chunk",
      "const state = this.#join(chunk.steps, this.#reading(chunk.base))!;\n    const readers",
      "const state = this.#reading(chunk.base);\n    const readers",
    ],
    [
      "forgets the block's least value in a table",
      "[...new Array<number>(block.min).fill(0), ...ranks]",
      "[...ranks]",
    ],
    ["reads codes as values", "values[map.charCodeAt(0)] ?? 0", "map.charCodeAt(0) || 0"],
    [
      "starts a chunk with the wrong base",
      "this.#defer(job, { steps, base: state });",
      "this.#defer(job, { steps, base: termsOf(rest)[0].source });",
    ],
  ]),
  ...of("graph/shorten/code.ts", [
    [
      "composes maps the wrong way round",
      "image += later[earlier.charCodeAt(at)]",
      "image += earlier[later.charCodeAt(at)]",
    ],
    [
      "takes colliding sums for told apart",
      'if (maps[value] !== "" && maps[value] !== map) return undefined;',
      "",
    ],
    [
      "allows sums beyond a block",
      "p * spans[0] + q * spans[1] <= room",
      "p * spans[0] + q * spans[1] <= 2 * room",
    ],
    [
      "allows too much noise",
      "p * p * laterNoise + q * q * earlierNoise <= this.maxNoise",
      "p + q <= this.maxNoise",
    ],
    [
      "ranks by position",
      "Math.max(0, maps.indexOf(map))",
      "Math.max(0, maps.length - 1 - maps.indexOf(map))",
    ],
    [
      "remembers joints whatever the noise",
      "`${later.id}:${laterNoise}:${earlier.id}:${earlierNoise}`",
      "`${later.id}:${earlier.id}`",
    ],
    [
      "mixes up who is later",
      "return { later: p, earlier: q, code",
      "return { later: Math.abs(q), earlier: q < 0 ? -p : p, code",
    ],
  ]),
  ...of("graph/shorten/reading.ts", [
    [
      "does not look at the noise of merged terms",
      "if (variance(terms) > codes.maxNoise) return undefined;",
      "",
    ],
    [
      "forgets the constants of what it joins",
      "c * (constantOf(block) - (c > 0 ? block.min : block.max))",
      "c * -(c > 0 ? block.min : block.max)",
    ],
    [
      "forgets the least values of what it joins",
      "c * (constantOf(block) - (c > 0 ? block.min : block.max))",
      "c * constantOf(block)",
    ],
    ["starts negative parts at their least", "(c > 0 ? block.min : block.max)", "block.min"],
    [
      "swaps the coefficients",
      "    [joint.later, later.block],\n    [joint.earlier, earlier.block],",
      "    [joint.earlier, later.block],\n    [joint.later, earlier.block],",
    ],
    ["counts a size one short", "max: size - 1, noise, terms", "max: size - 2, noise, terms"],
  ]),
  ...of("graph/shorten/shorten.ts", [
    [
      "takes plans of one needed source for whole ones",
      ".apply(jobs, needed)",
      ".apply(jobs, needed.slice(0, 1))",
    ],
    [
      "merges beyond the capacity",
      "const rotations = mergeLookups(shortened, capacity);",
      "const rotations = mergeLookups(shortened, 2 * capacity);",
    ],
    [
      "allows a chunk any noise",
      "new Codes(capacity, parameters.maxNoiseLevel ** 2)",
      "new Codes(capacity, Infinity)",
    ],
    [
      "allows a chunk any range",
      "new Codes(capacity, parameters.maxNoiseLevel ** 2)",
      "new Codes(2 * capacity, parameters.maxNoiseLevel ** 2)",
    ],
  ]),
  ...of("graph/builder.ts", [
    ["forgets the sign of what a table absorbs", " * Math.sign(terms[0].coefficient);", ";"],
    [
      "forgets the common factor's offset",
      "offset: constantOf(block) - scale * shift",
      "offset: constantOf(block)",
    ],
    [
      "cuts the range of what a table absorbs",
      "const max = Math.floor(Math.max(...ends));\n    const shift",
      "const max = Math.floor(Math.max(...ends)) - (terms.length > 2 ? 1 : 0);\n    const shift",
    ],
    [
      "takes a table that mirrors for one that shifts",
      "return this.linear([[slope, input]], intercept",
      "return this.linear([[1, input]], intercept",
    ],
    [
      "folds tables that shift only at their start",
      "while (value <= input.max && entries[value] === slope * value + intercept) value++;",
      "value = input.max + 1;",
    ],
    [
      "lets free tables have any noise",
      "Math.abs(slope) === 1 && input.noise <= tolerance",
      "Math.abs(slope) === 1",
    ],
    [
      "folds tables with equal ends",
      "if (min === max) return this.constant(min);",
      "if (entries[input.min] === entries[input.max]) return this.constant(min);",
    ],
    [
      "takes lookups of one block for equal by their first entries",
      "`T${input.id}:${entries.join()}`",
      "`T${input.id}:${entries.slice(0, 4).join()}`",
    ],
    [
      "takes combinations for equal that differ in their constant",
      "+${constant}:${min}:${max}`",
      "+:${min}:${max}`",
    ],
    [
      "takes combinations for equal that differ in coefficients",
      "`${term.source.id}*${term.coefficient}`",
      "`${term.source.id}`",
    ],
    [
      "takes the noise of a combination from its first source",
      "sum + coefficient ** 2 * source.noise, 0)",
      "Math.max(sum, source.noise), 0)",
    ],
    [
      "counts coefficients once in the noise",
      "sum + coefficient ** 2 * source.noise, 0)",
      "sum + Math.abs(coefficient) * source.noise, 0)",
    ],
    [
      "gives negative coefficients the wrong end of a range",
      "    max += coefficient * (coefficient > 0 ? source.max : source.min);\n  }\n  return { min, max };",
      "    max += coefficient * (coefficient > 0 ? source.max : source.max);\n  }\n  return { min, max };",
    ],
    [
      "drops terms whose coefficient is 1",
      "if (coefficient !== 0) terms.push",
      "if (coefficient !== 1 || terms.length === 0) terms.push",
    ],
    [
      "keeps only the last coefficient of a source",
      "(coefficients.get(source) ?? 0) + factor * coefficient",
      "factor * coefficient",
    ],
    ["forgets resolved lookups' inputs without letting them go", "    this.release([input]);\n", ""],
    [
      "lets go of what is still referred to",
      "if (--(block as Mutable<Block>).references === 0) this.#drop",
      "if (--(block as Mutable<Block>).references <= 1) this.#drop",
    ],
  ]),
  ...of("engine/scheduler.ts", [
    ["forgets what a job computes", "      this.#inFlight.set(block, job);\n", ""],
    ["lets a job's inputs go", "    this.#builder.retain(job.inputs);\n", ""],
    ["cancels what others need", "job.producers.forEach(need);", ""],
    [
      "takes a slot of another output",
      "producer.outputs.find(({ block }) => block === source) as JobOutput",
      "producer.outputs[0] as JobOutput",
    ],
    [
      "answers before all is there",
      "if (request.pending.size > 0) continue;",
      "if (request.pending.size > 1) continue;",
    ],
  ]),
];
