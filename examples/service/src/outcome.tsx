import type { ReactNode } from "react";
import type { Outputs, PlainOutputs } from "tacet-server/client";
import type { UsedProgram } from "./use-program.ts";

interface OutcomeProps<Out extends Outputs> {
  readonly used: Pick<UsedProgram<never, Out>, "run" | "cancel">;
  /** What to say of a result. */
  readonly children: (result: PlainOutputs<Out>) => ReactNode;
}

/** How a run stands, and what came of it. */
export function Outcome<Out extends Outputs>({ used: { run, cancel }, children }: OutcomeProps<Out>) {
  switch (run.state) {
    case "idle":
      return null;
    case "running":
      return (
        <div className="outcome">
          <progress aria-label="Progress" value={run.progress} />
          <button type="button" onClick={cancel}>
            Cancel
          </button>
        </div>
      );
    case "cancelled":
      return <p className="outcome">Cancelled.</p>;
    case "failed":
      return (
        <p className="outcome" role="alert">
          {run.message}
        </p>
      );
    case "done":
      return <output className="outcome">{children(run.result)}</output>;
  }
}
