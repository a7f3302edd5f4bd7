/** Opens Tacet in a fresh process, and prints how that went: `node opening-process.js <number of threads>`. */
import { open } from "./opening.ts";

console.log(JSON.stringify(await open(Number(process.argv[2]))));
