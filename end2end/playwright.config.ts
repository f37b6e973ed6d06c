import { defineConfig } from "@playwright/test";
import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** The browser that is installed here, found as script/setup finds it. */
function chromium(): string | undefined {
  const names = process.env.CHROMIUM ? [process.env.CHROMIUM] : ["chromium", "chromium-browser", "google-chrome"];
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = names.flatMap((name) => (isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name))));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export default defineConfig({
  testDir: "./tests",
  outputDir: "../test-results",
  forbidOnly: !!process.env.CI,
  // Generous, because a shared machine may be busy; a journey on an idle one takes seconds.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  retries: process.env.CI ? 2 : 0,
  reporter: [["list"], ["html", { outputFolder: "../playwright-report", open: "never" }]],
  use: {
    // E2E_PORT and E2E_DATA_DIR come from the server's first line, see webServer below.
    baseURL: `http://127.0.0.1:${process.env.E2E_PORT}`,
    locale: "en-AU",
    timezoneId: "Australia/Sydney",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: chromium(),
      // No browser may reach for the network on its own during a test.
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  // Each project works for an organisation of its own (tests/support/places.ts), one test after the
  // other: no count on a page changes while a test looks at it.
  workers: 2,
  projects: [
    { name: "phone", workers: 1, use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
    { name: "desktop", workers: 1, use: { viewport: { width: 1280, height: 900 } } },
  ],
  webServer: {
    command: "node serve.mjs",
    wait: { stdout: /SupportSignal for the journeys on port (?<e2e_port>\d+), data in (?<e2e_data_dir>\S+)/ },
    timeout: 120_000,
    stderr: "pipe",
    // The server puts its database away before it leaves.
    gracefulShutdown: { signal: "SIGTERM", timeout: 40_000 },
  },
});
