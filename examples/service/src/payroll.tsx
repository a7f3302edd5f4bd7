import { type FormEvent, useState } from "react";
import type { ServiceConnection } from "tacet-server/client";
import { Outcome } from "./outcome.tsx";
import { payroll } from "./programs.ts";
import { useProgram } from "./use-program.ts";

/** Adds salaries up. */
export function Payroll({ connection }: { readonly connection: ServiceConnection | undefined }) {
  const [salaries, setSalaries] = useState("4200, 9500, 3100");
  const [cap, setCap] = useState("5000");
  const used = useProgram(connection, payroll);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    used.start({ salary: salaries.split(",").map(Number), cap: Number(cap) });
  };
  return (
    <section aria-labelledby="payroll">
      <h2 id="payroll">Payroll</h2>
      <form onSubmit={submit}>
        <label>
          Salaries
          <input value={salaries} onChange={(event) => setSalaries(event.target.value)} />
        </label>
        <label>
          Cap
          <input value={cap} inputMode="numeric" onChange={(event) => setCap(event.target.value)} />
        </label>
        <button type="submit" disabled={connection === undefined}>
          Add up
        </button>
      </form>
      <Outcome used={used}>{(total) => `Total: ${total}`}</Outcome>
    </section>
  );
}
