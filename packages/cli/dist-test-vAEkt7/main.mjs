import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import "./chunk-S7EHJMKI.mjs";

// src/program.ts
import { Command, InvalidArgumentError } from "commander";
function createProgram(world2) {
  const program = new Command("sluice").description("Progressive delivery for micro-frontends: a new version reaches 5 % of the users first.").version("0.1.0", "-V, --sluice-version", "version of Sluice").exitOverride().configureOutput({ outputError: () => void 0 }).configureHelp({ showGlobalOptions: true }).option("--config <file>", "configuration (default: the nearest sluice.config.ts)").option("--target <name>", "target of the configuration (default: local)").option("--json", "one JSON document instead of text").option("--debug", "stacks of errors").addHelpText("after", firstSteps);
  addSetup(program, world2);
  addRollouts(program, world2);
  addSteering(program, world2);
  addLooking(program, world2);
  return program;
}
var firstSteps = `
First steps:
  $ sluice init --shell shell --remote mfe1      writes sluice.config.ts and makes the store
  $ sluice publish dist --app mfe1 --version v1.0.0
  $ sluice start mfe1 v1.0.0                     the first version goes live at once
  $ sluice serve                                 edge and controller, until you stop it
  $ sluice publish dist --app mfe1 --version v1.1.0
  $ sluice start mfe1 v1.1.0 && sluice watch mfe1

Exit codes: 0 promoted or done, 1 internal, 2 usage, 3 rolled back or aborted, 4 inconclusive, 5 timed out,
            6 conflict, 7 refused, 8 unreachable
`;
var examples = (...lines) => `
Examples:
${lines.map((line) => `  $ sluice ${line}
`).join("")}`;
function addSetup(program, world2) {
  program.command("init").description("write sluice.config.ts and make the store").option("--shell <app>", "a shell (repeatable)", collect, []).option("--remote <app>", "a remote (repeatable)", collect, []).addHelpText("after", examples("init --shell shell --remote mfe1 --remote mfe2")).action(async (options, command) => {
    const { init } = await import("./init-SF5XBCIU.mjs");
    await init(world2, { ...options, ...globals(command) });
  });
  program.command("publish").argument("<dir>", "the build").description("put a build into the store, once and for ever").requiredOption("--app <app>", "which app").requiredOption("--version <version>", "v1.2.3, or v and 7 to 40 hex digits").option("--commit <sha>", "commit that it was built from").addHelpText(
    "after",
    examples("publish dist --app mfe1 --version v1.1.0", "publish dist --app mfe1 --version v$(git rev-parse HEAD)")
  ).action(async (dir, options, command) => {
    const { publish } = await import("./publish-IYSHC5OX.mjs");
    await publish(world2, { dir, ...options, ...globals(command) });
  });
  program.command("serve").description("run controller and edge until stopped; the edge is a process of its own").option("--only <part>", "edge or controller, not both", part).option("--api <origin>", "where an edge alone finds the controller's API (default: the target's)").addHelpText("after", examples("serve", "serve --only controller", "serve --only edge --api http://127.0.0.1:4401")).action(async (options, command) => {
    const { serve } = await import("./serve-H5YPYAAB.mjs");
    await serve(world2, { ...options, ...globals(command) });
  });
  program.command("doctor").description("check configuration, store, documents and processes; each finding with its remedy").addHelpText("after", examples("doctor", "doctor --json")).action(async (_options, command) => {
    const { doctor } = await import("./doctor-TQ3KJ3SS.mjs");
    process.exitCode = await doctor(world2, globals(command));
  });
}
function addRollouts(program, world2) {
  program.command("start").argument("<app>").argument("<version>").description("start a rollout; the first version of an app goes live at once").option("--plan <name>", "plan (default: the app's)").option("--reason <text>", "why", "release").addHelpText("after", examples("start mfe1 v1.1.0", 'start mfe1 v1.1.0 --plan standard --reason "new checkout"')).action(async (app, version, options, command) => {
    const { start } = await import("./start-2AQZG4UK.mjs");
    await start(world2, { app, version, ...options, ...globals(command) });
  });
  program.command("rollback").argument("<app>").description("take users off the newest version: an abort during a rollout, a return after it").option("--to <version>", "a given version").option("--further", "once more, within 10 minutes of the last time").option("--force", "at once, without stages, however long ago the version was good").option("--reason <text>", "why", "rollback").addHelpText("after", examples("rollback mfe1", 'rollback mfe1 --to v1.0.0 --reason "checkout fails"')).action(async (app, options, command) => {
    const { rollback } = await import("./rollback-B4KKHQIC.mjs");
    await rollback(world2, { app, ...options, ...globals(command) });
  });
  program.command("block").argument("<app>").argument("<version>").description("a version that nobody may keep").option("--reason <text>", "why", "blocked by hand").addHelpText("after", examples('block mfe1 v1.0.9 --reason "leaks tokens"')).action(async (app, version, options, command) => {
    const { block } = await import("./block-EE5LEB6E.mjs");
    await block(world2, { app, version, ...options, ...globals(command) });
  });
}
var steering = {
  advance: "go to the next stage now; its soak begins anew",
  promote: "go to 100 % now; the bake follows",
  pause: "stop the ramp until it is resumed; the analysis goes on",
  resume: "go on after a pause",
  abort: "end the rollout: nobody keeps the canary, and it is blocked"
};
function addSteering(program, world2) {
  for (const [kind, description] of Object.entries(steering)) {
    program.command(kind).argument("<app>").description(description).option("--reason <text>", "why", `${kind} by hand`).option("--version <version>", "only if this is on trial").option("--stage <n>", "only if this is the stage", whole).option("--generation <n>", "only if this is the pointer's generation", whole).addHelpText("after", examples(`${kind} mfe1`, `${kind} mfe1 --version v1.1.0 --stage 2 --reason "looks good"`)).action(async (app, options, command) => {
      const { steer } = await import("./steer-U3C6LVQX.mjs");
      await steer(world2, { kind, app, ...options, ...globals(command) });
    });
  }
}
function addLooking(program, world2) {
  program.command("status").argument("[app]").description("where everything stands, and why").addHelpText("after", examples("status", "status mfe1 --json")).action(async (app, _options, command) => {
    const { status } = await import("./status-TVBDRK2Q.mjs");
    await status(world2, { app, ...globals(command) });
  });
  program.command("watch").argument("[app]").description(
    "follow a rollout until it ends; exits 0 promoted, 3 taken back, 4 inconclusive, 5 timed out, 6 drifted"
  ).option("--timeout <length>", "give up after, like 2h (exit 5)").addHelpText("after", examples("watch mfe1", "watch mfe1 --timeout 2h")).action(async (app, options, command) => {
    const { watch } = await import("./watch-XRIVYUGX.mjs");
    process.exitCode = await watch(world2, { app, ...options, ...globals(command) });
  });
  program.command("history").argument("[app]").description("who did what, when and why, newest first").addHelpText("after", examples("history mfe1", "history mfe1 --json")).action(async (app, _options, command) => {
    const { history } = await import("./history-CTBY4UOF.mjs");
    await history(world2, { app, ...globals(command) });
  });
}
function globals(command) {
  return command.parent?.opts() ?? {};
}
function collect(value, before) {
  return [...before, value];
}
function whole(value) {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError("It must be a whole number.");
}
function part(value) {
  if (value === "edge" || value === "controller") return value;
  throw new InvalidArgumentError("Use edge or controller.");
}

// src/main.ts
var world = { cwd: process.cwd(), env: process.env, now: Date.now, argv: process.argv.slice(2) };
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error) => {
    if (error.code !== "EPIPE") throw error;
  });
}
try {
  const argv = world.argv.length === 1 && world.argv[0] === "--version" ? ["-V"] : world.argv;
  await createProgram(world).parseAsync(argv, { from: "user" });
} catch (error) {
  const { fail } = await import("./output-DTYDZCAS.mjs");
  process.exitCode = fail(error, world);
}
