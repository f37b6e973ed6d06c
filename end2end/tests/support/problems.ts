// Everything that goes wrong behind a page's back fails its test, unless the test provokes it.

import { type BrowserContext, expect } from "@playwright/test";

export class Problems {
  #seen: string[] = [];
  #provoked: RegExp[] = [];

  watch(context: BrowserContext, origin: string) {
    context.on("console", (message) => {
      if (message.type() === "error") {
        this.#seen.push(`console: ${message.text()} (${message.location().url}) on ${message.page()?.url()}`);
      }
    });
    context.on("weberror", (error) => this.#seen.push(`page error: ${error.error().name} ${error.error().stack || error.error()}`));
    context.on("response", (response) => {
      if (response.status() >= 400 && response.url().startsWith(origin)) {
        this.#seen.push(`response: ${response.status()} ${response.request().method()} ${response.url()}`);
      }
    });
    context.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText ?? "";
      // The browser drops what it was loading when somebody goes elsewhere.
      if (reason !== "net::ERR_ABORTED" && request.url().startsWith(origin)) {
        this.#seen.push(`request failed: ${reason} ${request.method()} ${request.url()}`);
      }
    });
  }

  /** The test provokes problems that read like this: an HTTP status, a part of an address. */
  provoke(...patterns: RegExp[]) {
    this.#provoked.push(...patterns);
  }

  /** Answers with this status are what the test is about. */
  provokeStatus(...statuses: number[]) {
    for (const status of statuses) {
      this.provoke(new RegExp(`^response: ${status} `), new RegExp(`^console: .*status of ${status} `));
    }
  }

  check() {
    const unexpected = this.#seen.filter((problem) => !this.#provoked.some((pattern) => pattern.test(problem)));
    expect(unexpected, "problems behind the page's back").toEqual([]);
  }
}
