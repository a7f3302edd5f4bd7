// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are source code
import { type Mutant, of, withoutHashes } from "./mutant.ts";

/** Ways to break what the builder knows of blocks. */
export const BUILDER: readonly Mutant[] = [
  ...of("graph/builder.ts", [
    ["forgets the sign of what a table absorbs", " * Math.sign(terms[0].coefficient);", ";"],
    [
      "forgets the common factor's offset",
      "offset: constantOf(block) - scale * shift",
      "offset: constantOf(block)",
    ],
    [
      "cuts the range of what a table absorbs",
      "const max = Math.floor(Math.max(...ends));",
      "const max = Math.floor(Math.max(...ends)) - (terms.length > 2 ? 1 : 0);",
    ],
    [
      "takes a shifted source for the source",
      "return terms[0].coefficient === 1 && block.constant === 0;",
      "return terms[0].coefficient === 1;",
    ],
    [
      "takes a multiple of a source for the source",
      "return terms[0].coefficient === 1 && block.constant === 0;",
      "return block.constant === 0;",
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
      "if (min === max) return this.constant(min);\n    if (stands",
      "if (entries[input.min] === entries[input.max]) return this.constant(entries[input.min]);\n    if (stands",
    ],
    [
      "folds combinations of one value to their constant",
      "return this.#linear([], min, min, max);",
      "return this.#linear([], constant, constant, constant);",
    ],
    [
      "starts functions of sums where the block starts",
      "const low = input.min - constantOf(input);",
      "const low = input.min;",
    ],
    ["finds no lookup again", "    family.add(lookup);\n", ""],
    [
      "takes a wide combination for one of a block",
      "return this.#node(terms, constant, 0, this.capacity - 1, true);",
      "return this.#node(terms, constant, 0, this.capacity - 1, false);",
    ],
    ["takes a wide combination for another one", "other.wide === wide && ", ""],
    ["uses the padding bit where there is room without", "max - min < this.capacity", "max - min < 0"],
    ["forgets that a wide combination is turned", "values.toReversed(), lowest", "values, lowest"],
    [
      "does not turn the range with a wide combination",
      "sign > 0 ? min - total : total - max",
      "min - total",
    ],
    [
      "starts wide tables elsewhere than their combination",
      "whole[modulo(lowest + index, whole.length)]",
      "whole[index]",
    ],
    [
      "takes wide lookups for one whatever they add up to",
      "this.#tables.at(0, whole) }",
      "this.#tables.at(0, this.#tables.shared(whole.slice(0, this.capacity))) }",
    ],
    [
      "forgets which way wide tables stand",
      "this.linear([[orientation, lookup]], start, reached)",
      "this.linear([[1, lookup]], start, reached)",
    ],
    [
      "has wide lookups reach no further than what is asked of them",
      "{ min: 0, max: most - least }",
      "{ min: 0, max: reached.max - reached.min }",
    ],
    [
      "narrows what it knows one too far",
      "Math.min(max, block.max));",
      "Math.min(max, block.max) - Number(max > min + 1));",
    ],
    [
      "gives negative coefficients the wrong end of a range",
      "max += coefficient * (coefficient > 0 ? block.max : block.min);",
      "max += coefficient * block.max;",
    ],
    [
      "adds constants without their coefficients",
      "total += coefficient * constantOf(block);",
      "total += constantOf(block);",
    ],
    [
      "lets combinations have any noise",
      "const noise = variance(terms);\n    this.#checkNoise(noise);\n",
      "const noise = variance(terms);\n",
    ],
    [
      "lets combinations have any range",
      "    this.#checkRange(min, max);\n    if (min === max && terms",
      "    if (min === max && terms",
    ],
    [
      "takes what is loaded again for another ciphertext",
      "const twin = facts.twin ?? named(UNLIKE, id);",
      "const twin = named(UNLIKE, id);",
    ],

    ["keeps resolved lookups' inputs", "    this.release([input]);\n", ""],
    [
      "lets go of what is still referred to",
      "if (--(block as Mutable<Block>).references === 0) this.#drop",
      "if (--(block as Mutable<Block>).references <= 1) this.#drop",
    ],
    ["sweeps what is referred to", "      if (block.references !== 0) continue;\n", ""],
    [
      "lets go of the inputs of lookups",
      "    else if (isPending(block)) (block.input as Mutable<Block>).references++;\n",
      "",
    ],
  ]),
  ...of("graph/block.ts", [
    ["takes lookups for independent", "source.kin : source.family.kin", "source.kin : source.id"],
    [
      "takes what is computed again for another ciphertext",
      "named(source.family.kin, source.root.name)",
      "source.id",
    ],
  ]),
  ...of("graph/negacyclic.ts", [
    [
      "gives values of the other half those of the first",
      "sum - values[index - capacity]",
      "values[index - capacity]",
    ],
    ["starts at the first remainder", "modulo(lowest + index, count)", "index"],
  ]),
  ...of("graph/kin.ts", [
    ["tells a combination from its negative", "return Math.min(kin, negative);", "return kin;"],
    ["takes wide combinations for others", "    if (wide !== this.wide) return false;\n", ""],
    ["takes negatives for independent", "named(INPUT, Math.abs(twin))", "named(INPUT, twin)"],
    [
      "takes functions of a lookup for functions of what it is looked up of",
      "outside(value) ? UNREACHABLE : table[value - low]",
      "value",
    ],
    [
      "forgets what a family rests on once a lookup is there",
      "=> ({ source: { id }, coefficient })",
      "=> ({ source: { id: -id }, coefficient })",
    ],
    ["takes functions for equal wherever both are defined", "    if (p !== q) return false;\n", ""],
    ["names roots by their sources' numbers", "this.kin = kinOfLookups(terms);", "this.kin = hashOf(terms);"],
    [
      "names roots by the order of their sources",
      "(kin + named(twin, coefficient))",
      "named(kin, named(twin, coefficient))",
    ],
    [
      "names roots of negatives like others",
      "twins[other] < 0 ? -terms[other].coefficient : terms[other].coefficient",
      "terms[other].coefficient",
    ],
    ["names functions by all of their entries", "if (entries[at] > 0) name", "if (entries[at] >= 0) name"],
    [
      "names functions by where they start",
      "named(named(name, low + at), entries[at])",
      "named(named(name, at), entries[at] + 1000 * low)",
    ],
    [
      "forgets the lookups before one that is gone",
      "if (one.next === lookup) one.next = lookup.next;",
      "if (one.next === lookup) this.#lookups = lookup.next;",
    ],
    [
      "forgets all lookups of a root with the last one",
      "if (this.#alike && named === undefined && this.#isLike(table)) return undefined;",
      "return undefined;",
    ],
  ]),
  ...of("graph/terms.ts", [
    [
      "keeps only the last coefficient of a source",
      "coefficient += terms[at].coefficient;",
      "coefficient = terms[at].coefficient;",
    ],
    ["forgets the factor of a combination", "coefficient: factor * coefficient };", "coefficient };"],
    ["keeps terms that come to nothing", "else if (coefficient !== 0) result.push", "else result.push"],
    [
      "lets a source stand twice",
      "terms[at - 1].source.id >= terms[at].source.id",
      "terms[at - 1].source.id > terms[at].source.id",
    ],
    ["does not order many terms", "    terms.sort((a, b) => a.source.id - b.source.id);\n", ""],
    [
      "counts coefficients once in the noise",
      "coefficient * coefficient * source.noise",
      "Math.abs(coefficient) * source.noise",
    ],
    ["takes all sources for fresh", "coefficient * coefficient * source.noise", "coefficient * coefficient"],
    [
      "takes what is akin for independent",
      "const rho = correlation(source, other.source);",
      "const rho = twinOf(source) === twinOf(other.source) ? 1 : 0;",
    ],
    ["counts a covariance once", "sum += 2 * rho", "sum += rho"],
    [
      "takes twins for siblings",
      "if (Math.abs(twinOf(a)) === Math.abs(twinOf(b))) return 1;",
      "if (Math.abs(twinOf(a)) === Math.abs(twinOf(b))) return SIBLINGS;",
    ],
    ["takes siblings for independent", "return again ? 1 : SIBLINGS;", "return again ? 1 : 0;"],
    [
      "lets noise of one mask cancel",
      "Math.abs(coefficient * other.coefficient)",
      "coefficient * other.coefficient",
    ],
    [
      "takes negatives for siblings",
      "if (Math.abs(twinOf(a)) === Math.abs(twinOf(b))) return 1;",
      "if (twinOf(a) === twinOf(b)) return 1;",
    ],
    ["takes twins for fresh", "Math.sqrt(source.noise * other.source.noise)", "1"],
    [
      "gives negative coefficients the wrong end of a range",
      "max += coefficient * (coefficient > 0 ? source.max : source.min);",
      "max += coefficient * source.max;",
    ],
  ]),
  ...of("graph/hash.ts", [
    ["finds what is gone", "    hashes[hole] = EMPTY;\n    entries[hole] = undefined;\n", ""],
    [
      "forgets what comes after what is gone",
      "if (((at - hashes[at]) & mask) < ((at - hole) & mask)) continue;",
      "continue;",
    ],
    [
      "forgets half when it grows",
      "for (let at = 0; at < hashes.length; at++) if",
      "for (let at = 0; at < hashes.length; at += 2) if",
    ],
  ]),
  ...of("graph/tables.ts", [
    [
      "takes tables for equal by their first entries",
      "    for (let at = 0; at < entries.length; at++) hash = mix(hash, entries[at]);\n    const known = this.#tables.get(hash);\n    if (known !== undefined && sameEntries(known, entries)) return known;",
      "    for (let at = 0; at < 4; at++) hash = mix(hash, entries[at]);\n    const known = this.#tables.get(hash);\n    if (known !== undefined) return known;",
    ],
    [
      "takes tables for equal by their last entries",
      "    for (let at = 0; at < entries.length; at++) hash = mix(hash, entries[at]);\n    const known = this.#tables.get(hash);\n    if (known !== undefined && sameEntries(known, entries)) return known;",
      "    for (let at = 1; at < entries.length; at++) hash = mix(hash, entries[at]);\n    const known = this.#tables.get(hash);\n    if (known !== undefined) return known;",
    ],
    [
      "takes tables for equal by their sums",
      "    for (let at = 0; at < entries.length; at++) hash = mix(hash, entries[at]);\n    const known = this.#tables.get(hash);\n    if (known !== undefined && sameEntries(known, entries)) return known;",
      "    for (let at = 0; at < entries.length; at++) hash += 1000 * entries[at];\n    const known = this.#tables.get(hash);\n    if (known !== undefined) return known;",
    ],
    [
      "takes functions for equal wherever they start",
      "tables.find((other) => other.low === low)",
      "tables[0]",
    ],
  ]),
  ...withoutHashes(
    of("graph/builder.ts", [
      ["takes combinations for equal that differ in their constant", "block.constant === constant && ", ""],
      ["takes combinations for equal that differ in their least value", " && block.min === min", ""],
      ["takes combinations for equal that differ in their largest value", " && block.max === max", ""],
      ["takes combinations for equal that differ in their terms", " && sameTerms(block.terms, terms)", ""],
    ]),
  ),
  ...withoutHashes(
    of("graph/kin.ts", [
      ["takes roots for equal that differ in a coefficient", " || root[at].coefficient !== coefficient", ""],
      [
        "takes a root for equal to the first of its terms",
        "    if (root.length !== terms.length) return false;\n",
        "    if (root.length < terms.length) return false;\n",
      ],
    ]),
  ),
  ...withoutHashes(
    of("graph/terms.ts", [
      [
        "takes the first of some terms for all of them",
        "  if (a.length !== b.length) return false;\n",
        "  if (a.length > b.length) return false;\n",
      ],
      [
        "takes terms for equal that differ in a coefficient",
        " || a[at].coefficient !== b[at].coefficient",
        "",
      ],
      ["takes terms for equal that differ in a source", "a[at].source !== b[at].source || ", ""],
    ]),
  ),
];
