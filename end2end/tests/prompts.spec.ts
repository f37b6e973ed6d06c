// An admin changes what the AI is asked: a new version, compared, tried, put in use and taken back.

import { type Locator, type Page } from "@playwright/test";
import { expectAccessible } from "./support/accessible";
import { alive, type } from "./support/alive";
import { draft } from "./support/drafts";
import { SYSTEM_ADMIN } from "./support/places";
import { expect, test } from "./support/test";
import { someone } from "./support/wizard";

const STEP = "analyse_conditions";
const STEP_NAME = "Contributing conditions";

test.use({ contextOptions: { reducedMotion: "reduce" } });

function heading(page: Page): Locator {
  return page.getByRole("heading", { level: 1 });
}

function template(page: Page): Locator {
  return page.getByLabel("Template", { exact: true });
}

/** The row of a version in the list of its step; `name` is "Own version 2". */
function row(page: Page, name: string): Locator {
  return page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: new RegExp(`^${name}\\b`) }) });
}

/** Saves a version whose template is the one in use, changed; returns its name. */
async function save(page: Page, slug: string, description: string, change: (text: string) => string): Promise<string> {
  await page.goto(`/${slug}/prompts/${STEP}/new`);
  await expect(heading(page)).toHaveText("New version");
  await page.getByLabel("What is this version for?").fill(description);
  await template(page).fill(change(await template(page).inputValue()));
  await page.getByRole("button", { name: "Save as a new version" }).click();
  await expect(heading(page)).toHaveText(/^Own version \d+$/);
  return (await heading(page).textContent())!;
}

/** Presses the button of a version's row and waits until it is in use. */
async function choose(page: Page, name: string, button: string) {
  await row(page, name).getByRole("button", { name: button }).click();
  await expect(page.getByRole("status").filter({ hasText: "is in use from now on" })).toContainText(name);
  await expect(row(page, name)).toContainText("In use");
  await expect(row(page, name).getByRole("button")).toHaveCount(0);
}

/** Leaves the default in use, whatever this and earlier tries did. */
async function backToTheDefault(page: Page, slug: string) {
  await page.goto(`/${slug}/prompts/${STEP}`);
  const back = page.getByRole("button", { name: "Go back to the default" });
  await expect(heading(page)).toHaveText(STEP_NAME);
  if (await back.isVisible()) {
    await back.click();
    await expect(page.getByRole("status").filter({ hasText: "is in use from now on" })).toContainText("Default version");
  }
}

test("a prompt is changed, compared, tried, put in use and taken back", async ({ place, deviceOf, problems }) => {
  problems.provokeStatus(422);
  const slug = place.slug;
  const participant = someone();
  await draft(await deviceOf(place.worker), place, participant, "submitted");
  const page = await (await deviceOf(place.admin)).newPage();
  await backToTheDefault(page, slug);

  await page.goto(`/${slug}/prompts`);
  await expect(heading(page)).toHaveText("Prompts");
  await expectAccessible(page, "the steps");
  await page.getByRole("link", { name: new RegExp(`^${STEP_NAME}`) }).click();
  await expect(heading(page)).toHaveText(STEP_NAME);
  await expect(row(page, "Default version 1")).toContainText("In use");
  await expectAccessible(page, "the versions of a step");

  // A variable that the step doesn't have is said at the field, and nothing typed is lost.
  await page.getByRole("link", { name: "New version" }).click();
  await expect(heading(page)).toHaveText("New version");
  const standing = await template(page).inputValue();
  expect(standing).toContain("{{during_event}}");
  const description = page.getByLabel("What is this version for?");
  await type(description, "Asks about the roster first");
  const changed = standing.replace("\n", " Look at the roster first.\n");
  await template(page).fill(`${changed}\nThe nickname: {{nickname}}`);
  await page.getByRole("button", { name: "Save as a new version" }).click();
  const summary = page.getByRole("alert").filter({ hasText: "There is a problem" });
  await expect(summary).toContainText(/variable/i);
  await expect(template(page)).toHaveAccessibleDescription(/Error:.*variable/i);
  await expect(template(page)).toHaveValue(`${changed}\nThe nickname: {{nickname}}`);
  await expect(description).toHaveValue("Asks about the roster first");
  await expectAccessible(page, "a new version with a problem");
  await summary.getByRole("link").click();
  await expect(template(page)).toBeFocused();
  await template(page).fill(changed);
  await page.getByRole("button", { name: "Save as a new version" }).click();
  await expect(heading(page)).toHaveText(/^Own version \d+$/);
  const first = (await heading(page).textContent())!;
  await expect(page.getByRole("status").filter({ hasText: "Saved" })).toContainText("It isn't in use yet.");
  await expect(page.getByText("Asks about the roster first")).toBeVisible();
  await page.getByText("What goes in and what comes out").click();
  await expectAccessible(page, "a version");

  // Side by side where there is room, one below the other where there isn't.
  await page.getByRole("link", { name: "Compare with the version in use" }).click();
  await expect(heading(page)).toHaveText("Compare versions");
  const added = page.locator("ins").filter({ hasText: "roster" });
  await expect(added).toBeVisible();
  const box = async (word: string) => (await page.getByText(word, { exact: true }).first().boundingBox())!;
  const [left, right] = [await box("Removed"), await box("Added")];
  if (page.viewportSize()!.width >= 1024) {
    expect(Math.abs(left.y - right.y)).toBeLessThan(4);
    expect(right.x).toBeGreaterThan(left.x + 200);
  } else {
    expect(Math.abs(left.x - right.x)).toBeLessThan(4);
    expect(right.y).toBeGreaterThan(left.y);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "nothing sticks out").toBe(true);
  await expectAccessible(page, "two versions side by side");
  await page.goBack();

  // On a past report, beside the version in use.
  await page.getByRole("link", { name: "Try out" }).click();
  await expect(heading(page)).toHaveText(`Try ${first.replace("Own", "own")}`);
  await page.getByLabel("Search by number or participant").fill(participant);
  await page.getByRole("button", { name: "Search", exact: true }).click();
  const reports = page.getByLabel("Report", { exact: true });
  await expect(reports.locator("option")).toHaveCount(1);
  await expect(reports.locator("option")).toContainText(participant);
  await expectAccessible(page, "choosing a report");
  await page.getByRole("button", { name: "Try it" }).click();
  await expect(heading(page)).toHaveText(`Try-out of ${first.replace("Own", "own")}`);
  await expect(page.getByRole("heading", { level: 2, name: "Default version 1" })).toBeVisible();
  await expect(page.getByRole("heading", { level: 2, name: first })).toBeVisible();
  await expect(page.getByText("The built-in engine answered both times")).toBeVisible();
  await expectAccessible(page, "a try-out");

  // In use, replaced by a second one, and rolled back.
  await page.goto(`/${slug}/prompts/${STEP}`);
  await choose(page, first, "Use this version");
  await expectAccessible(page, "an own version in use");
  const second = await save(page, slug, "Shorter", (text) => text.split("\n").slice(0, -1).join("\n"));
  await page.goto(`/${slug}/prompts/${STEP}`);
  await choose(page, second, "Use this version");
  await choose(page, first, "Use this version");
  await expect(row(page, second)).toContainText("Not in use");
  await choose(page, "Default version 1", "Go back to the default");
});

test("the second of two admins is told that somebody was faster", async ({ place, deviceOf, problems }) => {
  problems.provokeStatus(422);
  const slug = place.slug;
  const device = await deviceOf(place.admin);
  const [page, other] = [await device.newPage(), await device.newPage()];
  await backToTheDefault(page, slug);
  const first = await save(page, slug, "The first", (text) => `${text}\nBe brief.`);
  const second = await save(page, slug, "The second", (text) => `${text}\nBe thorough.`);
  for (const each of [page, other]) {
    await each.goto(`/${slug}/prompts/${STEP}`);
    await alive(row(each, first).getByRole("button"));
  }
  await choose(page, first, "Use this version");
  await row(other, second).getByRole("button", { name: "Use this version" }).click();
  await expect(other.getByRole("alert")).toContainText(`Somebody else has activated ${first.replace("Own", "own")} meanwhile.`);
  // What stands there now is what the other one chose.
  await expect(row(other, first)).toContainText("In use");
  await backToTheDefault(page, slug);
});

test("a version can be made and tried without JavaScript", async ({ place, deviceOf, problems }) => {
  problems.provoke(/^request failed: csp GET .*\.js$/);
  const slug = place.slug;
  const participant = someone();
  await draft(await deviceOf(place.worker), place, participant, "submitted");
  const page = await (await deviceOf(place.admin, { javaScriptEnabled: false })).newPage();
  await page.goto(`/${slug}/prompts/${STEP}/new`);
  const bad = `${await template(page).inputValue()}\n{{nickname}} & <b>more</b>`;
  await page.getByLabel("What is this version for?").fill("Without scripts");
  await template(page).fill(bad);
  await page.getByRole("button", { name: "Save as a new version" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "There is a problem" })).toContainText(/variable/i);
  await expect(template(page)).toHaveValue(bad);
  await expect(page.getByLabel("What is this version for?")).toHaveValue("Without scripts");
  await template(page).fill(bad.replace("{{nickname}}", "{{during_event}}"));
  await page.getByRole("button", { name: "Save as a new version" }).click();
  await expect(heading(page)).toHaveText(/^Own version \d+$/);
  const name = (await heading(page).textContent())!;

  await page.getByRole("link", { name: "Try out" }).click();
  await page.getByLabel("Search by number or participant").fill(participant);
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await page.getByRole("button", { name: "Try it" }).click();
  // The page looks again by itself.
  await expect(page.getByRole("heading", { level: 2, name })).toBeVisible();

  await page.goto(`/${slug}/prompts/${STEP}`);
  await choose(page, name, "Use this version");
  await choose(page, "Default version 1", "Go back to the default");
});

test("the system admin edits the defaults and tries nothing", async ({ pageOf }) => {
  const page = await pageOf(SYSTEM_ADMIN);
  await page.goto("/system/prompts");
  await expect(heading(page)).toHaveText("Prompts");
  await expectAccessible(page, "the defaults");
  await page.getByRole("link", { name: new RegExp(`^${STEP_NAME}`) }).click();
  await expect(page.getByText("in every organisation without a version of its own")).toBeVisible();
  await expect(page.getByRole("link", { name: /^Try out/ })).toHaveCount(0);
  await page.getByRole("link", { name: "New version" }).click();
  await expect(heading(page)).toHaveText("New version");
  await expectAccessible(page, "a new default");
});

test("a team lead isn't offered prompts", async ({ place, pageOf, problems }) => {
  problems.provokeStatus(403);
  const page = await pageOf(place.lead);
  await page.goto(`/${place.slug}`);
  await expect(page.getByRole("link", { name: "Prompts" })).toHaveCount(0);
  const answer = await page.goto(`/${place.slug}/prompts`);
  expect(answer?.status()).toBe(403);
  await expect(page.getByText("Not for your role")).toBeVisible();
});
