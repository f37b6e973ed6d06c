// Serves the built product on a free port of this machine, with a database of its own that is
// thrown away at the end. Tells the port and the data's folder once the server answers.
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const logFile = join(root, "target", "journeys-server.log");

const port = await freePort();
const dataDir = mkdtempSync(join(tmpdir(), "supportsignal-journeys-"));
// Started by root, PostgreSQL runs as an unprivileged user, who must get to its own folder in here.
chmodSync(dataDir, 0o711);

let log = "";
const server = spawn(join(root, "target", "debug", "supportsignal"), ["serve"], {
  cwd: root,
  // A group of its own, so that Ctrl-C ends it through this script and only once.
  detached: true,
  stdio: ["ignore", "pipe", "pipe"],
  env: {
    ...process.env,
    DATABASE_URL: "",
    DATABASE_OWNER_URL: "",
    LEPTOS_SITE_ADDR: `127.0.0.1:${port}`,
    LEPTOS_SITE_ROOT: "target/test-site",
    SUPPORTSIGNAL_DATA_DIR: dataDir,
    SUPPORTSIGNAL_PUBLIC_URL: `http://127.0.0.1:${port}`,
    SUPPORTSIGNAL_SMTP_URL: "",
    // The journeys' AI provider runs on this machine.
    SUPPORTSIGNAL_AI_PRIVATE_ADDRESSES: "true",
  },
});
for (const stream of [server.stdout, server.stderr]) stream.on("data", (chunk) => (log += chunk));
server.on("error", (error) => finish(`The server could not be started: ${error.message}`));
server.on("exit", (code, signal) => finish(stopping ? null : `The server ended early (${signal ?? code}):\n${log}`));

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    stopping = true;
    server.kill("SIGTERM");
  });
}

await untilReady();
console.log(`SupportSignal for the journeys on port ${port}, data in ${dataDir}`);

function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.on("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

async function untilReady() {
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).then((answer) => answer.ok, () => false);
    if (ready) return;
    await pause(100);
  }
}

function finish(problem) {
  writeFileSync(logFile, log);
  rmSync(dataDir, { recursive: true, force: true });
  if (problem) console.error(problem);
  process.exit(problem ? 1 : 0);
}
