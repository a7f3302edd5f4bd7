// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are source code
import { type Mutant, of } from "./mutant.ts";

/** Ways to break the passes. */
export const PLANNER: readonly Mutant[] = [
  ...of("graph/order.ts", [
    ["orders blocks before what they need", "order.push(block);", "order.unshift(block);"],
    [
      "leaves out what combinations need but the first",
      "of block.terms) enter(source);",
      "of block.terms.slice(0, 1)) enter(source);",
    ],
    ["leaves out what lookups need", "      else if (isPending(block)) enter(block.input);\n", ""],
    ["repeats shared blocks", "      if (left) continue;\n", ""],
    ["looks beyond leaves", "const leaf = isLeaf(block);", "const leaf = false;"],
    [
      "takes a leaf that it meets again for one of the rest",
      "seen.set(block, leaf);",
      "seen.set(block, false);",
    ],
    [
      "forgets the last request",
      "[...requested].reverse()",
      "requested.slice(0, Math.max(1, requested.length - 1)).reverse()",
    ],
  ]),
  ...of("graph/block-map.ts", [
    [
      "takes two blocks of a page for one when it reads",
      "return page?.[id % PAGE];",
      "return page?.[id % (PAGE / 2)];",
    ],
    [
      "reads whatever page was last",
      "const page = number === this.#lastNumber ? this.#last : this.#open(number);",
      "const page = this.#last;",
    ],
    [
      "writes to whatever page was last",
      "let page = number === this.#lastNumber ? this.#last : this.#open(number);",
      "let page: (T | undefined)[] | undefined = this.#last;",
    ],
    ["forgets pages", "      this.#pages.set(number, page);\n", ""],
    [
      "remembers the number of a page without the page",
      "    if (page !== undefined) {\n      this.#last = page;\n",
      "    if (page !== undefined) {\n",
    ],
    [
      "remembers a new page without its number",
      "      this.#last = page;\n      this.#lastNumber = number;\n    }\n    page[id",
      "      this.#last = page;\n    }\n    page[id",
    ],
  ]),
  ...of("graph/compose.ts", [
    [
      "composes tables the wrong way round",
      "first.table.map((value) => table[value])",
      "table.map((value) => first.table[value])",
    ],
    ["forgets that a lookup is requested", "  for (const block of requested) keep(block);\n", ""],
    [
      "forgets that a combination needs a lookup",
      'if (block.kind === "linear") for (const { source } of block.terms) keep(source);',
      "",
    ],
    ["composes whatever it costs", "    if (Math.ceil(together / perInput) > before) continue;\n", ""],
    ["counts a lookup that is needed as spared", "(isKept ? 0 : 1)", "1"],
    ["gives the table but not the input", "      job.input = first.input;\n", ""],
    [
      "gives the input but not the table",
      "      job.table = first.table.map((value) => table[value]);\n",
      "",
    ],
    ["drops what is needed", "    if (!isKept) {", "    if (isKept) {"],
    ["drops nothing", "      gone.add(first);\n", ""],
    ["composes over what may stand anywhere", "    if (standsAnywhere(first.input)) continue;\n", ""],
  ]),
  ...of("graph/merge.ts", [
    [
      "takes all inputs for vouched for",
      "const anywhere = standsAnywhere(input);",
      "const anywhere = false;",
    ],
    ["cuts tables off one early", "table.slice(from, to)", "table.slice(from, to - 1)"],
    ["does not start tables at the least value", "table.slice(from, to)", "table.slice(0, to - from)"],
    ["takes parts of a table from elsewhere for equal", "known.from === from && ", ""],
    ["takes parts of a table of another length for equal", " && known.part.length === to - from)", ")"],
    ["forgets to take the least value off", "constantOf(input) - input.min", "constantOf(input)"],
    [
      "merges one table too many",
      "start + tablesPerRotation(input, capacity);",
      "start + tablesPerRotation(input, capacity) + 1;",
    ],
    ["forgets who computes an output", "      producer.set(output, index);\n", ""],
    [
      "has a rotation depend on what the one before does",
      "groups[start - 1]?.input !== input",
      "start === 0",
    ],
    ["leaves a table out", "groups.slice(start, end)", "groups.slice(start, Math.max(start + 1, end - 1))"],
    ["makes what waits as urgent as what it waits for", "priority + 1);", "priority);"],
    ["leaves dependencies out of order", "    while (at > 0 && found[at - 1] > index) at--;\n", ""],
    ["repeats dependencies", " || found.includes(index)", ""],
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
  ...of("graph/rotation.ts", [
    ["counts a plan's depth one short", "Math.max(longest, priority + 1)", "Math.max(longest, priority)"],
  ]),
  ...of("graph/plan.ts", [
    ["walks beyond what is under way", "orderSteps(requested, isUnderWay)", "orderSteps(requested)"],
    [
      "forgets that requests are requested",
      "composeLookups(order, requested, capacity)",
      "composeLookups(order, [], capacity)",
    ],
    ["merges beyond the capacity", "mergeLookups(jobs, capacity)", "mergeLookups(jobs, 2 * capacity)"],
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
    ["takes wide combinations for links", "    if (standsAnywhere(input)) continue;\n", ""],
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
      "input.max - Math.min(...shares)",
      "input.max - Math.max(...shares)",
    ],
    [
      "narrows the rest too much from below",
      "input.min - Math.max(...shares) - min",
      "input.min - Math.min(...shares) - min",
    ],
    [
      "counts the values of the rest one short",
      "Math.floor((highest - lowest) / factor) + 1",
      "Math.max(1, Math.floor((highest - lowest) / factor))",
    ],
    ["takes states by value, not by place", "return after.indexOf(table[sum]);", "return table[sum];"],
    ["tells a result from 0, not from its least", "maps[value - output.min] =", "maps[value] ="],
    ["tells the rest from 0, not from its least", "at(rest.min + index)", "at(index)"],
    ["takes a rest of any range", "    if (rangeSize(split.rest) > codes.capacity) continue;\n", ""],
    [
      "forgets what a result may be at its input's largest",
      ": table.slice(input.min, input.max + 1);",
      ": table.slice(input.min, Math.max(input.min + 1, input.max));",
    ],
  ]),
  ...of("graph/shorten/chunks.ts", [
    [
      "compares only the constant of what stands for an input",
      " && max === block.max && sameTerms(terms, block.terms)",
      "",
    ],
    [
      "compares only the range of what stands for an input",
      "constant === block.constant && max === block.max && sameTerms(terms, block.terms)",
      "max === block.max",
    ],
    ["takes any input that an input stands for", "return known ?? block;", "return blocks[0];"],
    ["takes the last input that it has seen", "return known ?? block;", "return blocks[blocks.length - 1];"],
    ["settles nothing that is needed", "    for (const source of needed) this.#settle(source);\n", ""],
    ["settles nothing that joins a chain", "if (source !== link?.state) this.#settle(source);", "{}"],
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
      "settles from where it is not known yet",
      ".map((reading) => this.#join(chunk.steps, reading))",
      ".map((reading) => this.#join(reading, chunk.steps))",
    ],
    [
      "computes lookups from wherever they can be",
      "return !mayBeLookedUp(terms) || kinOfLookups(terms) === kinOf(output);",
      "return true;",
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
    ["gives all results that it adds one number", "this.#results++", "0"],
    ["computes again what it has computed", "    if (this.#states.has(job.output)) return;\n", ""],
    [
      "reads what is to be computed later",
      "      if (!this.#states.has(known.output)) this.#keep(known, this.#chains.links.get(known.input));\n",
      "",
    ],
    ["reads a state that no job computes", " && (state === undefined || state.level !== undefined)", ""],
    [
      "keeps plans that make sources akin that the graph takes for independent",
      "(yield* part(keepsKin(left), 1, 1)) ? left : undefined;",
      "left;",
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
      '        if (maps[value] !== "" && maps[value] !== map) return undefined;\n',
      "",
    ],
    [
      "allows sums beyond a block",
      "p * spans[0] + q * spans[1] <= room",
      "p * spans[0] + q * spans[1] <= 2 * room",
    ],
    [
      "ranks by position",
      "Math.max(0, maps.indexOf(map))",
      "Math.max(0, maps.length - 1 - maps.indexOf(map))",
    ],
    [
      "remembers joints whatever comes earlier",
      "`${later.id}:${laterNoise}:${earlier.id}:${earlierNoise}`",
      "`${later.id}:${laterNoise}:${earlierNoise}`",
    ],
    [
      "takes codes of as many values for equal",
      "const key = JSON.stringify(maps);",
      "const key = `${maps.length}`;",
    ],
    [
      "mixes up who is later",
      "return { later: p, earlier: q, code",
      "return { later: Math.abs(q), earlier: q < 0 ? -p : p, code",
    ],
  ]),
  ...of("graph/shorten/reading.ts", [
    ["does not look at the noise of merged terms", " || variance(terms) > codes.maxNoise", ""],
    ["takes what cancels for a ciphertext", "terms.length === 0 || ", ""],
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
    [
      "counts a size one short",
      "    max: size - 1,\n    noise: variance(terms),",
      "    max: Math.max(0, size - 2),\n    noise: variance(terms),",
    ],
  ]),
  ...of("graph/shorten/ciphertexts.ts", [
    [
      "lets lookups of one ciphertext be of different kin",
      "kinOf(known.first.output) !== kinOf(job.output) || ",
      "",
    ],
    [
      "lets lookups of one ciphertext be alike",
      "twinOf(other.output) !== twinOf(job.output) && mayBeEqual(of, values)",
      "false",
    ],
    ["compares with the first lookup of a ciphertext only", "  named.set(name, job);\n", ""],
    [
      "knows ciphertexts by their sources, not by their names",
      "    const name = kinOfSum(termsOf(job.input));\n",
      "    const name = termsOf(job.input).reduce((sum, { source, coefficient }) => 31 * sum + 7 * source.id + coefficient, 0) % 2 ** 52;\n",
    ],
    [
      "takes what it adds for independent",
      "family: this.#readersOf(block).family,",
      "family: { ...this.#readersOf(block).family, kin: 1000 * Math.random() },",
    ],
    [
      "takes what it adds to lookups for independent of other lookups of them",
      "kin: kin ?? kinOfLookups(terms),",
      "kin: kin ?? name,",
    ],
    [
      "takes what it adds to lookups for a function of what they rest on",
      "rooted(termsOf(block), functionOf(block, table))",
      "functionOf(block, table)",
    ],
    ["takes any lookup of a block for the one that it looks for", " && includes(job, block, table)", ""],
    ["takes any lookup of a twin for one of the block", " && sameTerms(termsOf(job.input), terms)", ""],
    [
      "compares functions wherever they start",
      "if (job.table[value + shift] !== table[value]) return false;",
      "if (job.table[value - block.min + job.input.min] !== table[value]) return false;",
    ],
    [
      "forgets the constant in functions of terms",
      "low: input.min - constantOf(input), entries",
      "low: input.min, entries",
    ],
  ]),
  ...of("graph/shorten/shorten.ts", [
    [
      "takes plans of one needed source for whole ones",
      ".apply(jobs, needed)",
      ".apply(jobs, needed.slice(0, 1))",
    ],
    [
      "merges beyond the capacity",
      "mergeLookups(shortened, capacity)",
      "mergeLookups(shortened, 2 * capacity)",
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
];
