import tacet from "../../../tacet/dist/index.d.ts?raw";
import regex from "../../../tacet/dist/regex.d.ts?raw";

/** What JavaScript itself declares: no page, no network, no console are there for a program to use. */
const javascript = import.meta.glob<string>(
  "../../../../node_modules/typescript/lib/lib.{es5,es2015,es2016,es2017,es2018,es2019,es2020,es2021,es2022,es2023,decorators,esnext.disposable}{.d,.*.d}.ts",
  { query: "?raw", import: "default", eager: true },
);

/** The declarations that programs are checked against, by their names in the language service. */
export const libraryFiles: ReadonlyMap<string, string> = new Map([
  ["/index.d.ts", tacet],
  ["/regex.d.ts", regex],
  ...Object.entries(javascript).map(([path, text]) => [path.replace(/^.*\//, "/"), text] as const),
]);
