import { type Remote, wrap } from "comlink";
import type { LanguageService } from "./language-service.ts";
import type { Declaration, Finding, Source } from "./protocol.ts";

/** Something that is wrong with a program; lines and columns of its text are counted from 1. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A program as JavaScript that `runProgram` takes, or what is wrong with it. */
export type Compilation = { readonly javascript: string } | { readonly problems: readonly Problem[] };

/** For a question, in milliseconds. The first one waits for megabytes; types can be made to take for ever. */
const TIME_LIMIT = 30_000;

let started: { readonly worker: Worker; readonly service: Remote<LanguageService> } | undefined;

/**
 * Asks the language, in a worker that the first question starts, as does the next one after a failure.
 *
 * @throws Error if the worker cannot be had, or does not answer.
 */
export async function ask<T>(question: (service: Remote<LanguageService>) => Promise<T>): Promise<T> {
  const { worker, service } = (started ??= start());
  const answered = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const failure = new Promise<never>((_, reject) => {
    const fail = (message: string) => (): void => reject(new Error(message));
    worker.addEventListener("error", fail("the language worker did not start"), { signal: answered.signal });
    timer = setTimeout(fail("TypeScript takes too long to understand the program"), TIME_LIMIT);
  });
  try {
    return await Promise.race([question(service), failure]);
  } catch (error) {
    worker.terminate();
    if (started?.worker === worker) started = undefined;
    throw error;
  } finally {
    clearTimeout(timer);
    answered.abort();
  }
}

function start(): NonNullable<typeof started> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "language" });
  return { worker, service: wrap<LanguageService>(worker) };
}

/** Checks a program and takes its types away. @throws Error as `ask`. */
export async function compile({ inputs, text }: Source): Promise<Compilation> {
  const source = sourceOf(inputs, text);
  const findings = await ask((service) => service.findings(source));
  if (findings.length > 0) return { problems: findings.map((finding) => problemOf(text, finding)) };
  return { javascript: await ask((service) => service.javascript(source)) };
}

/** A program as the language worker is told of it: the values of its inputs are none of its business. */
export function sourceOf(inputs: readonly Declaration[], text: string): Source {
  return { inputs: inputs.map(({ name, type }) => ({ name, type })), text };
}

/** A finding, for people. */
export function problemOf(text: string, { start, message }: Finding): Problem {
  const before = text.slice(0, start).split(/\r\n|\r|\n/);
  return { line: before.length, column: before.at(-1)!.length + 1, message };
}
