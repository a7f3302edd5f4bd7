import { type Mutant, of } from "./mutant.ts";

/** Ways to break what the engine knows of what is under way, and of what is equal. */
export const ENGINE: readonly Mutant[] = [
  ...of("engine/workload.ts", [
    ["forgets what a job computes", "      this.#inFlight.set(block, job);\n", ""],
    ["lets a job's inputs go", "    this.#builder.retain(terms.map(({ source }) => source));\n", ""],
    ["lets a job's outputs go", "      this.#builder.retain([block]);\n", ""],
    [
      "cancels what others need",
      "if (--job.users > 0 || job.over || job.cancelled) continue;",
      "if (job.over || job.cancelled) continue;",
    ],
    ["does not count who waits for a job", "        producer.users++;\n", ""],
    [
      "takes a slot of another output",
      "producer.outputs.find(({ block }) => block === source) as JobOutput",
      "producer.outputs[0] as JobOutput",
    ],
    ["waits for nothing", "      producers.add(producer);\n", ""],
    ["takes for under way what has been finished", "      this.#inFlight.delete(block);\n", ""],
    ["forgets where a result lies", "        this.#store.assignResult(block, slot, job.terms);\n", ""],
    [
      "takes outputs before what they come from",
      "if (job.producers.some(({ over }) => !over)) continue;",
      "",
    ],
    ["gives memory back that others wait in", " || run.upstream.size > 0", ""],
    ["gives slots back that are written to", "      if (taken.has(job.address)) continue;\n", ""],
    ["forgets the centre of a table", "anywhere ? centreOf(output) : 0", "0"],
  ]),
  ...of("engine/table-cache.ts", [
    [
      "takes tables for equal whatever their centre",
      "String.fromCharCode(range, ...centres.map((centre) => 2 * centre))",
      "String.fromCharCode(range)",
    ],
    [
      "takes polynomials for equal by their first table",
      "for (const { table } of tables) key +=",
      "for (const { table } of tables.slice(0, 1)) key +=",
    ],
    [
      "takes tables for equal that differ in the last entry",
      "String.fromCharCode(...table);",
      "String.fromCharCode(...table.slice(0, -1));",
    ],
    [
      "takes tables for equal that differ in their order",
      "String.fromCharCode(...table);",
      "String.fromCharCode(...table.toSorted());",
    ],
  ]),
  ...of("engine/scheduler.ts", [
    ["lets go of what it is about to build upon", "      if (!held.has(job)) job.users++;\n", ""],
    [
      "computes again what is under way",
      "const job = this.#workload.producerOf(block);\n      if (job === undefined) return false;",
      "const job = undefined as Job | undefined;\n      if (job === undefined) return false;",
    ],
    [
      "answers before all is there",
      "request.pending.delete(job) && request.pending.size === 0",
      "request.pending.delete(job) && request.pending.size <= 1",
    ],
    [
      "counts on jobs without saying so",
      "        job.waiters.push(request);\n        job.users++;",
      "        job.waiters.push(request);",
    ],
    [
      "waits for the first source of a block only",
      "request.blocks.flatMap(termsOf)",
      "request.blocks.flatMap((block) => termsOf(block).slice(0, 1))",
    ],
    ["keeps nothing while it plans", "    this.#builder.retain(blocks); //", "    //"],
  ]),
  ...of("engine/store.ts", [
    [
      "takes all ciphertexts for one",
      "if (Math.abs(one.mask) === Math.abs(other.mask)) return 1;",
      "return 1;",
    ],
    ["takes all rotations for one", "one.rotation !== undefined && one.rotation === other.rotation", "true"],
  ]),
  ...of("engine/twin.ts", [
    [
      "does not know a mask by its negative",
      "name = named(named(name, upper), negative ? -low >>> 0 : low);",
      "name = named(named(name, high), low);",
    ],
    ["takes a negative for the same", "  return negative ? -name : name;", "  return name;"],
    [
      "names all masks alike",
      "  for (let at = first; at < end; at += 2) {",
      "  for (let at = end; at < end; at += 2) {",
    ],
    ["does not name masks", "  if (first === words.length) return BIG;", "  if (first >= 0) return BIG;"],
  ]),
];
