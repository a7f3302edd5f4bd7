import { auction } from "./auction.ts";
import type { Example } from "./example.ts";
import { multiplication } from "./multiplication.ts";
import { password } from "./password.ts";
import { salaries } from "./salaries.ts";
import { search } from "./search.ts";
import { vote } from "./vote.ts";

/** The examples of the page, the simplest first. */
export const examples: readonly Example[] = [salaries, vote, auction, password, search, multiplication];
