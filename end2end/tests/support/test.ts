// The journeys' test: an organisation, pages of signed-in people, and no problem unnoticed.

import { type BrowserContext, type BrowserContextOptions, type Page, expect, test as base } from "@playwright/test";
import { PASSWORD, type Place, placeOf } from "./places";
import { Problems } from "./problems";
import { noteListeners } from "./alive";

type StorageState = Exclude<BrowserContextOptions["storageState"], string | undefined>;

interface Fixtures {
  place: Place;
  problems: Problems;
  /** A device of its own on which this person is signed in. */
  deviceOf: (email: string, options?: BrowserContextOptions) => Promise<BrowserContext>;
  /** A page on such a device. */
  pageOf: (email: string, options?: BrowserContextOptions) => Promise<Page>;
}

interface WorkerFixtures {
  /** Signs in once for each person; the sessions are shared by the tests. */
  sessionOf: (email: string) => Promise<StorageState>;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  place: async ({}, use, info) => use(placeOf(info.project.name)),

  problems: [
    async ({}, use) => {
      const problems = new Problems();
      await use(problems);
      problems.check();
    },
    { auto: true },
  ],

  context: async ({ context, problems, baseURL }, use) => {
    await noteListeners(context);
    problems.watch(context, baseURL!);
    await use(context);
  },

  deviceOf: async ({ browser, problems, sessionOf, baseURL }, use) => {
    const devices: BrowserContext[] = [];
    await use(async (email, options) => {
      const device = await browser.newContext({ ...options, storageState: await sessionOf(email) });
      devices.push(device);
      await noteListeners(device);
      problems.watch(device, baseURL!);
      return device;
    });
    await Promise.all(devices.map((device) => device.close()));
  },

  pageOf: async ({ deviceOf }, use) => {
    await use(async (email, options) => (await deviceOf(email, options)).newPage());
  },

  sessionOf: [
    async ({ playwright }, use, info) => {
      const baseURL = info.project.use.baseURL!;
      const sessions = new Map<string, StorageState>();
      await use(async (email) => {
        let session = sessions.get(email);
        if (!session) {
          const visitor = await playwright.request.newContext({ baseURL, extraHTTPHeaders: { origin: baseURL } });
          const answer = await visitor.post("/api/accounts/sign-in", { form: { email, password: PASSWORD } });
          expect(answer.ok(), `${email} signs in`).toBe(true);
          session = await visitor.storageState();
          sessions.set(email, session);
          await visitor.dispose();
        }
        return session;
      });
    },
    { scope: "worker" },
  ],
});

export { expect };
