/** What is computed on encrypted values: `tacet-server ./src/programs.ts` serves these, and the page runs them. */
import { FheAsciiString, FheBool, FheUint32 } from "tacet";
import { clear, list, program, text } from "tacet-server";

/** The sum of salaries, of which none counts for more than a cap. All of them are encrypted, and so is the cap. */
export const payroll = program(
  "payroll",
  { in: { salary: list(FheUint32), cap: FheUint32 }, out: FheUint32 },
  ({ salary, cap }, engine) => engine.sum(salary.map((one) => one.min(cap))),
);

/** Whether an encrypted message has a word in it, in whichever case. The word is clear: everybody may know it. */
export const mentions = program(
  "mentions",
  { in: { message: text(FheAsciiString, 24), word: clear.string }, out: FheBool },
  ({ message, word }) => message.toLowerCase().contains(word.toLowerCase()),
);
