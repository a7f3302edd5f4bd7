import type { Example } from "./example.ts";

export const search: Example = {
  id: "search",
  title: "Searching a message",
  description:
    "A mail server looks for a name in a message that it cannot read, and makes a copy without it for others to see. It knows the name, which stands in the program, and about how long the message is; whether the name is in it, and where, only the holder of the key learns.",
  program: {
    inputs: [{ name: "message", type: "FheAsciiString", value: "Ask Ada at noon" }],
    text: `const name = "Ada";

const mentioned = message.contains(name);
// Positions begin at 0; where nothing is found, it is 0 too.
const [position] = message.indexOf(name);
const copy = message.replaceAll(name, "***");

return { mentioned, position, copy };
`,
  },
};
