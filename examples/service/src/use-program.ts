import { useEffect, useRef, useState } from "react";
import type {
  Inputs,
  Outputs,
  PlainInputs,
  PlainOutputs,
  Program,
  ServiceConnection,
} from "tacet-server/client";

/** How a run of a program stands. */
export type Run<Out extends Outputs> =
  | { readonly state: "idle" | "cancelled" }
  /** `progress` goes from 0 to 1. */
  | { readonly state: "running"; readonly progress: number }
  | { readonly state: "done"; readonly result: PlainOutputs<Out> }
  | { readonly state: "failed"; readonly message: string };

/** A program that a component runs: one run at a time, the latest. */
export interface UsedProgram<In extends Inputs, Out extends Outputs> {
  readonly run: Run<Out>;
  /** Encrypts, has the service compute, and decrypts. It does nothing while there is no connection. */
  start(values: PlainInputs<In>): void;
  /** Gives the run up, and has the service cancel it. */
  cancel(): void;
}

/** Runs a program on a service for a component. What is under way is cancelled when the component goes. */
export function useProgram<In extends Inputs, Out extends Outputs>(
  connection: ServiceConnection | undefined,
  program: Program<In, Out>,
): UsedProgram<In, Out> {
  const [run, setRun] = useState<Run<Out>>({ state: "idle" });
  const current = useRef<AbortController>(undefined);
  useEffect(() => () => current.current?.abort(), []);

  const compute = async (server: ServiceConnection, values: PlainInputs<In>) => {
    current.current?.abort();
    const controller = new AbortController();
    current.current = controller;
    const { signal } = controller;
    const show = (next: Run<Out>) => {
      if (current.current === controller) setRun(next);
    };
    show({ state: "running", progress: 0 });
    try {
      const onProgress = (progress: number) => show({ state: "running", progress });
      show({ state: "done", result: await server.run(program, values, { onProgress, signal }) });
    } catch (error) {
      show(signal.aborted ? { state: "cancelled" } : { state: "failed", message: (error as Error).message });
    }
  };
  return {
    run,
    start: (values) => {
      if (connection !== undefined) void compute(connection, values);
    },
    cancel: () => current.current?.abort(),
  };
}
