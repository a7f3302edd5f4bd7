/** Opens Tacet in a page that has just been loaded. */
import { open } from "./opening.ts";

Object.assign(globalThis, { opening: open(Number(new URLSearchParams(location.search).get("threads"))) });
