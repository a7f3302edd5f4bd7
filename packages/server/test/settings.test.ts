import { Command } from "commander";
import { expect, test } from "vitest";
import { FLAGS, SettingError } from "../src/command/flags.ts";
import { serviceOptionsOf, settingsOf } from "../src/command/settings.ts";

/** What a process is started with, by flags and environment. */
function optionsOf(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  for (const { option } of FLAGS) command.addOption(option);
  command.parse([...args], { from: "user" });
  return serviceOptionsOf(settingsOf(command, environment));
}

const URL = "https://issuer.test/keys";
const SECRET = "a secret of thirty-two characters";

test("tokens of an issuer: its keys, its name and whom they are for, or a secret", () => {
  expect(optionsOf([]).jwt).toBeUndefined();
  const keys = ["--jwt-keys", URL, "--jwt-issuer", "i", "--jwt-audience", "a"];
  expect(optionsOf(keys).jwt).toEqual({
    keys: { url: URL },
    issuer: "i",
    audience: "a",
    tenantClaim: "tenant",
  });
  expect(optionsOf(["--jwt-tenant-claim", "org"], { TACET_JWT_SECRET: SECRET }).jwt).toMatchObject({
    keys: { secret: SECRET },
    tenantClaim: "org",
  });
});

test("an option that there is not", () => {
  expect(() => optionsOf(["--nothing"])).toThrow("--nothing");
});

test.each([
  [["--jwt-keys", URL], {}, "jwtIssuer"],
  [["--jwt-keys", URL, "--jwt-issuer", "i"], {}, "jwtAudience"],
  [["--jwt-issuer", "i"], {}, "--jwt-keys"],
  [["--jwt-keys", "file:///etc/passwd"], {}, "jwtKeys"],
  [["--jwt-keys", URL], { TACET_JWT_SECRET: SECRET }, "not both"],
  [[], { TACET_JWT_SECRET: "short" }, "jwtSecret"],
  [["--role", "worker"], {}, "--database"],
  [["--blobs", "database"], {}, "blobs"],
  [["--blobs", "s3://bucket"], {}, "AWS_ACCESS_KEY_ID"],
  [["--config", "none.json"], {}, "none.json"],
  [[], { TACET_ADMIN_TOKEN: "short words, with spaces" }, "letters, digits"],
] as const)("%j %j is told what is wrong", (args, environment, word) => {
  const options = () => optionsOf(args, environment);
  expect(options).toThrow(SettingError);
  expect(options).toThrow(word);
  expect(options).not.toThrow("short");
});
