import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import {
  coloursFor
} from "./chunk-4ABQ7PY5.mjs";
import {
  DeliveryError,
  errorCodes
} from "./chunk-YKEO2KDF.mjs";

// src/usage-error.ts
function usageError(error, argv) {
  if (!isCommander(error)) return void 0;
  if (error.exitCode === 0) return "help";
  const command = argv.find((word) => /^[a-z]+$/.test(word));
  const help = `\`sluice${command === void 0 || isUnknown(error) ? "" : ` ${command}`} --help\``;
  if (error.code === "commander.help") {
    return new DeliveryError({
      code: "usage",
      message: "No command was given.",
      remedy: `Choose one above; ${help} shows them again.`
    });
  }
  const [problem = error.message, meant] = error.message.replace(/^error: /, "").split("\n");
  return new DeliveryError({
    code: "usage",
    message: sentence(problem),
    remedy: `${meant === void 0 ? "" : `${meant.replaceAll(/[()]/g, "")} `}See ${help}.`
  });
}
function isCommander(error) {
  return error instanceof Error && "code" in error && String(error.code).startsWith("commander.");
}
function isUnknown(error) {
  return error.code === "commander.unknownCommand";
}
function sentence(text) {
  const quoted = text.replaceAll("'", '"');
  const whole = quoted.charAt(0).toUpperCase() + quoted.slice(1);
  return whole.endsWith(".") ? whole : `${whole}.`;
}

// src/output.ts
function say(json, value, text) {
  process.stdout.write(json === true ? `${JSON.stringify(value, null, 2)}
` : `${text}
`);
}
function fail(error, world) {
  const known = error instanceof DeliveryError ? error : usageError(error, world.argv) ?? bug(error);
  if (known === "help") return 0;
  const { code, message, remedy, details } = known;
  if (world.argv.includes("--json")) say(true, { error: { code, message, remedy, details } }, "");
  else process.stderr.write(inWords(known, world));
  if (world.argv.includes("--debug") || code === "internal") process.stderr.write(stacks(known));
  return errorCodes[code].exit;
}
function inWords({ code, message, remedy, details }, { env }) {
  const pc = coloursFor({ env, stream: process.stderr });
  const lines = [
    `${pc.red("\u2717")} ${message}`,
    ...details.map((detail) => `  ${pc.dim("\xB7")} ${detail}`),
    `  ${remedy} ${pc.dim(`[${code}]`)}`
  ];
  return `${lines.join("\n")}
`;
}
function bug(error) {
  return new DeliveryError({
    code: "internal",
    message: error instanceof Error ? error.message : String(error),
    remedy: "This is a bug in Sluice: please report it with the lines below.",
    cause: error
  });
}
function stacks(error) {
  const cause = error.cause instanceof Error ? `caused by ${String(error.cause.stack)}
` : "";
  return `${String(error.stack)}
${cause}`;
}

export {
  say,
  fail
};
