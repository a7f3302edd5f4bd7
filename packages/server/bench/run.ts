/*
 * npm run bench:service -- [words] [--jobs N] [--json]
 *
 * What the service takes beside computing, on an embedded database and on PostgreSQL if the machine has it: the parts whose
 * names (overhead, keys, parts) are among the words, or all of them. --jobs says how many jobs the memory is watched over: 10,000
 * unless given. With --json, one array of { name, place, value, unit, aim } is all that goes to standard output.
 */
import { cutJobs } from "./cut-jobs.ts";
import { type Figure, header, type Note, row } from "./figures.ts";
import { keyHits } from "./hits.ts";
import { overhead } from "./overhead.ts";

/** What there is to measure. */
const PARTS: Readonly<Record<string, (note: Note, options: { jobs: number }) => Promise<void>>> = {
  overhead,
  keys: keyHits,
  parts: cutJobs,
};

const words = process.argv.slice(2);
const json = words.includes("--json");
const at = words.indexOf("--jobs");
const jobs = at === -1 ? 10_000 : Number(words[at + 1]);
const wanted = words.filter((word, i) => word !== "--json" && (at === -1 || (i !== at && i !== at + 1)));
if (!Number.isSafeInteger(jobs) || jobs < 1 || wanted.some((word) => !Object.hasOwn(PARTS, word))) {
  console.error(`usage: npm run bench:service -- [${Object.keys(PARTS).join("] [")}] [--jobs N] [--json]`);
  process.exit(2);
}

const figures: Figure[] = [];
const note: Note = (figure) => {
  figures.push(figure);
  if (!json) console.log(row(figure));
};
if (!json) console.log(header());
for (const [name, part] of Object.entries(PARTS)) {
  if (wanted.length === 0 || wanted.includes(name)) await part(note, { jobs });
}
if (json) console.log(JSON.stringify(figures, null, 2));
process.exit(0);
