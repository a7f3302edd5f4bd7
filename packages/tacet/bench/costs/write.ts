import { readFileSync, writeFileSync } from "node:fs";
import { costs } from "./catalogue.ts";
import { withTables, withTextTable } from "./tables.ts";
import { textCosts } from "./texts.ts";

/** Brings the tables in `docs/operations.md` up to date. */
const file = new URL("../../../../docs/operations.md", import.meta.url);
const document = withTables(readFileSync(file, "utf8"), costs());
writeFileSync(file, withTextTable(document, textCosts()));
