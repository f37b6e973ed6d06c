// WCAG 2.2 AA on every page in light and dark, and the keyboard's way through.

import { type Page } from "@playwright/test";
import { expectAccessible } from "./support/accessible";
import { draft } from "./support/drafts";
import { IN_BOTH, SYSTEM_ADMIN } from "./support/places";
import { expect, test } from "./support/test";
import { alive, box, someone } from "./support/wizard";

test.use({ contextOptions: { reducedMotion: "reduce" } });

async function visit(page: Page, address: string, heading: string | RegExp) {
  await page.goto(address);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
  await expectAccessible(page, address);
}

/** Presses Tab until this has the focus. */
async function tabTo(page: Page, name: string, role: "button" | "link") {
  const target = page.getByRole(role, { name }).first();
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab doesn't reach "${name}"`);
}

test("signing in is accessible", async ({ page, problems }) => {
  problems.provokeStatus(422);
  await visit(page, "/sign-in", "Sign in");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "problem" })).toBeVisible();
  await expectAccessible(page, "sign-in with a problem");
  await visit(page, "/forgot-password", "Reset your password");
  await visit(page, "/forgot-password?sent=1", "Reset your password");
  await visit(page, "/reset-password", "Choose a new password");
});

test("a worker's pages are accessible", async ({ place, pageOf, problems }) => {
  problems.provokeStatus(404, 422);
  const page = await pageOf(place.worker);
  const slug = place.slug;
  await visit(page, `/${slug}`, "Home");
  await visit(page, `/${slug}/incidents`, "Your reports");
  await visit(page, `/${slug}/incidents?q=xylophone`, "Your reports");
  await visit(page, `/${slug}/notifications`, "Notifications");
  await visit(page, `/${slug}/participants`, "Participants");
  await visit(page, `/${slug}/account`, "Your account");
  await visit(page, `/${slug}/incidents/new`, "Who, where and when");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "problem" })).toBeVisible();
  await expectAccessible(page, "step 1 with problems");
  await page.goto("/no-such-place");
  await expect(page.getByText("Not found", { exact: true })).toBeVisible();
  await expectAccessible(page, "not found");
  await page.goto(`/${slug}/incidents/01890000-0000-7000-8000-000000000001`);
  await expect(page.getByText("Not found", { exact: true })).toBeVisible();
  await expectAccessible(page, "a report that isn't there");
});

test("the wizard is accessible", async ({ place, deviceOf }) => {
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, someone(), "review");
  const page = await device.newPage();
  await visit(page, `${path}/details`, "Who, where and when");
  await visit(page, `${path}/narrative`, "Tell what happened");
  await page.getByText("Show an example").first().click();
  await expectAccessible(page, "an example");
  await visit(page, `${path}/clarify/before`, "Before the event");
  await page.getByText("What you wrote about this part").click();
  await expectAccessible(page, "what was told");
  await visit(page, `${path}/review`, "Check the enhanced narrative");
  await page.locator("details").filter({ has: page.locator("mark") }).first().locator("summary").click();
  await page.getByText("Edit this text").first().click();
  await expectAccessible(page, "an added sentence and an editor");
  await visit(page, `${path}/submit`, "Ready to submit");
});

test("a team lead's pages are accessible", async ({ place, deviceOf }) => {
  const path = await draft(await deviceOf(place.worker), place, someone(), "submitted");
  const page = await (await deviceOf(place.lead)).newPage();
  const slug = place.slug;
  await visit(page, `/${slug}`, "Home");
  await visit(page, `/${slug}/incidents`, "Incidents");
  await page.getByText("Filter and order").click();
  await expectAccessible(page, "the filters");
  await visit(page, `/${slug}/notifications`, "Notifications");
  await visit(page, path, /^Report #/);
  await visit(page, `/${slug}/participants/new`, "Add a participant");
  await visit(page, `/${slug}/sites`, "Sites");
  await visit(page, `/${slug}/sites/new`, "Add a site");
  await page.goto(`/${slug}/participants?q=${encodeURIComponent(place.participant)}`);
  await page.getByRole("link", { name: place.participant }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Edit participant");
  await expectAccessible(page, "a participant");
  if (page.viewportSize()!.width < 1024) {
    await page.getByLabel("Menu").click();
    await expectAccessible(page, "the menu");
  }
});

test("an admin's pages are accessible", async ({ place, pageOf }) => {
  const admin = await pageOf(place.admin);
  await visit(admin, `/${place.slug}/jobs`, "Background work");
  const system = await pageOf(SYSTEM_ADMIN);
  await visit(system, "/system", "Home");
  await visit(system, "/system/organisations", "Organisations");
  const both = await pageOf(IN_BOTH);
  await visit(both, "/", "Where are you working today?");
});

test("the keyboard reaches the main action of each page", async ({ place, deviceOf }) => {
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, someone(), "review");
  const page = await device.newPage();

  await page.goto(`/${place.slug}`);
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to the main content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.locator("#main")).toBeFocused();
  await tabTo(page, "Report an incident", "link");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Who, where and when");
  await tabTo(page, "Continue", "button");

  for (const [step, action] of [
    ["narrative", "Continue"],
    ["clarify/during", "Continue"],
    ["review", "Looks right, continue"],
    ["submit", "Submit for analysis"],
  ]) {
    await page.goto(`${path}/${step}`);
    await page.keyboard.press("Tab");
    await expect(skip).toBeFocused();
    await tabTo(page, action, "button");
  }

  await page.goto("/sign-in");
  await expect(page.getByLabel("E-mail address")).toBeFocused();
  await tabTo(page, "Sign in", "button");
});

test("j, k and Enter go through the review queue", async ({ place, pageOf }) => {
  const page = await pageOf(place.lead);
  await page.goto(`/${place.slug}`);
  const links = page.getByRole("table", { name: "Reports that wait for review" }).getByRole("rowheader").getByRole("link");
  await alive(page.getByRole("table", { name: "Reports that wait for review" }));
  await page.keyboard.press("j");
  await expect(links.nth(0)).toBeFocused();
  await page.keyboard.press("j");
  await expect(links.nth(1)).toBeFocused();
  await page.keyboard.press("k");
  await expect(links.nth(0)).toBeFocused();
  const name = await links.nth(0).textContent();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toContainText(name!.replace(/#\d+/, "").trim());
});

test("a box grows with its text and nothing is wider than the screen", async ({ place, deviceOf }) => {
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, "Bartholomew-Maximilian-Featherstonehaugh-Cholmondeley-Worcestershire", "review");
  const page = await device.newPage();
  const isTooWide = () => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  for (const address of [`/${place.slug}`, `/${place.slug}/incidents`, path, `${path}/narrative`, `${path}/review`, `${path}/submit`]) {
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await isTooWide(), address).toBe(false);
  }
  await page.goto(`${path}/narrative`);
  const height = async () => (await box(page, "end").boundingBox())!.height;
  const before = await height();
  await box(page, "end").fill("One line.\n".repeat(20));
  expect(await height()).toBeGreaterThan(before * 2);
});
