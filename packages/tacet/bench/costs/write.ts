import { readFileSync, writeFileSync } from "node:fs";
import { costs } from "./catalogue.ts";
import { withTables } from "./tables.ts";

/** Brings the tables in `docs/operations.md` up to date. */
const file = new URL("../../../../docs/operations.md", import.meta.url);
writeFileSync(file, withTables(readFileSync(file, "utf8"), costs()));
