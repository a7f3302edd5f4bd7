import type { Example } from "./example.ts";

export const password: Example = {
  id: "password",
  title: "A strong password?",
  description:
    "Whether a password has at least 8 characters, a digit, and letters of both cases, the server finds out for the one who has chosen it, and learns neither the password nor the answer. The regular expression becomes an automaton, which reads the encrypted characters one by one.",
  program: {
    inputs: [{ name: "password", type: "FheAsciiString", value: "Tr0ub4dor&3" }],
    text: `// A digit, a small letter, a capital one, 8 characters.
const rule = compile(
  /^(?=.*\\d)(?=.*[a-z])(?=.*[A-Z]).{8,}$/,
);
const strong = password.matches(rule);

// That keeps to the rule, and everybody tries it.
const wellKnown = password.eqIgnoreCase("Password1");

return { strong, wellKnown };
`,
  },
};
