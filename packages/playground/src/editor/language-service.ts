import {
  createSystem,
  createVirtualTypeScriptEnvironment,
  type VirtualTypeScriptEnvironment,
} from "@typescript/vfs";
import ts from "typescript";
import { findingsOf } from "./findings.ts";
import type { Description, Finding, Hover, Source, Suggestion } from "./protocol.ts";
import { withCheckedResults, withReturn } from "./result.ts";
import { declareScope, namesInScope } from "./scope.ts";

const SCOPE = "/scope.d.ts";
/** The program is a module to TypeScript, so that its names hide those in scope rather than clash with them. */
const PROGRAM = "/program.ts";
/** The same with results that TypeScript checks. */
const CHECKED = "/checked.ts";

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  skipLibCheck: true,
  types: [],
};

/** What is done with results once the program is over, and not in it. */
const OUTSIDE = new Set(["ciphertext", "compress", "serialize", "dispose"]);

/** From where on TypeScript sorts what is known everywhere. */
const GLOBALS = "15";

/** TypeScript for programs: what is wrong with one, what could be written in it, and the JavaScript that it is. */
export class LanguageService {
  readonly #environment: VirtualTypeScriptEnvironment;
  #scope = declareScope([]);
  #text = "";

  /** @param files the declarations of the library and of JavaScript. */
  constructor(files: ReadonlyMap<string, string>) {
    const system = createSystem(new Map([...files, [SCOPE, this.#scope], [PROGRAM, "\n"], [CHECKED, "\n"]]));
    this.#environment = createVirtualTypeScriptEnvironment(system, [SCOPE, PROGRAM, CHECKED], ts, OPTIONS);
  }

  /** What is wrong with a program, in the order of the text. */
  findings(source: Source): Finding[] {
    const file = this.#open(source);
    this.#environment.updateFile(CHECKED, withCheckedResults(file) || "\n");
    return findingsOf(this.#environment.languageService, PROGRAM, CHECKED);
  }

  /** The JavaScript that `runProgram` takes, of a program that nothing is wrong with. */
  javascript(source: Source): string {
    const file = this.#open(source);
    const { outputText } = ts.transpileModule(withReturn(file), {
      // A script rather than a module, for which TypeScript would add an export.
      compilerOptions: {
        target: OPTIONS.target!,
        module: OPTIONS.module!,
        moduleDetection: ts.ModuleDetectionKind.Legacy,
      },
    });
    return outputText;
  }

  /** What could be written at a place. */
  suggestions(source: Source, place: number): Suggestion[] {
    this.#open(source);
    const near = namesInScope(source.inputs);
    const found = this.#environment.languageService.getCompletionsAtPosition(PROGRAM, place, {});
    return (found?.entries ?? [])
      .filter(({ kind }) => kind !== ts.ScriptElementKind.warning)
      .map(({ name, kind, sortText }) => ({
        name,
        kind,
        near: near.has(name) || (sortText < GLOBALS && !OUTSIDE.has(name)),
      }));
  }

  /** What is known about a name that could be written at a place. */
  describe(source: Source, place: number, name: string): Description | undefined {
    this.#open(source);
    const details = this.#environment.languageService.getCompletionEntryDetails(
      PROGRAM,
      place,
      name,
      undefined,
      undefined,
      undefined,
      undefined,
    );
    return details && descriptionOf(details);
  }

  /** What is known about what is written at a place. */
  hover(source: Source, place: number): Hover | undefined {
    this.#open(source);
    const info = this.#environment.languageService.getQuickInfoAtPosition(PROGRAM, place);
    if (info === undefined) return undefined;
    const { start, length } = info.textSpan;
    return { start, end: start + length, ...descriptionOf(info) };
  }

  #open({ inputs, text }: Source): ts.SourceFile {
    const scope = declareScope(inputs);
    if (scope !== this.#scope) this.#environment.updateFile(SCOPE, scope);
    this.#scope = scope;
    // TypeScript's virtual files are never empty.
    if (text !== this.#text) this.#environment.updateFile(PROGRAM, text === "" ? "\n" : text);
    this.#text = text;
    return this.#environment.languageService.getProgram()!.getSourceFile(PROGRAM)!;
  }
}

function descriptionOf({
  displayParts,
  documentation,
}: {
  displayParts?: ts.SymbolDisplayPart[];
  documentation?: ts.SymbolDisplayPart[];
}): Description {
  // A method by itself, without its kind and class.
  const start = displayParts?.findIndex(({ kind }) => kind === "methodName" || kind === "propertyName") ?? -1;
  return {
    signature: ts.displayPartsToString(displayParts?.slice(Math.max(0, start))).replaceAll("tacet.", ""),
    documentation: ts.displayPartsToString(documentation),
  };
}
