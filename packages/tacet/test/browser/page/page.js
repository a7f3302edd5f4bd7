// The library in a page, with no bundler: at hand as a global for what the tests evaluate there.
import * as tacet from "/tacet/dist/index.js";

globalThis.tacet = tacet;
