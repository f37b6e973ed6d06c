// The dashboard: what the reports add up to, filters in its address, saved views, the way to the reports, and a file.

import { type Locator, type Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { expectAccessible } from "./support/accessible";
import { expect, test } from "./support/test";
import { alive, someone } from "./support/wizard";

async function open(page: Page, slug: string, query = "?period=12-months") {
  await page.goto(`/${slug}/dashboard${query}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Dashboard");
}

function figure(page: Page, label: string): Locator {
  return page.getByRole("link", { name: new RegExp(`^${label}`) });
}

/** The number that stands in a figure. */
async function numberIn(figure: Locator): Promise<number> {
  return Number(((await figure.locator(".tabular-nums").textContent()) ?? "").replace(",", ""));
}

/** How many reports all pages of a list hold. */
async function countReports(page: Page): Promise<number> {
  let count = 0;
  for (;;) {
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Incidents");
    const rows = page.getByRole("table").getByRole("rowheader");
    await expect(rows.first()).toBeVisible();
    count += await rows.count();
    const next = page.getByRole("link", { name: "Next" });
    if ((await next.count()) === 0) return count;
    await page.goto((await next.getAttribute("href"))!);
  }
}

test("a team lead reads the dashboard and opens the reports behind a figure", async ({ place, pageOf }) => {
  const page = await pageOf(place.lead);
  await page.goto(`/${place.slug}`);
  await page.getByRole("link", { name: "See the dashboard" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Dashboard");
  await expect(page.getByRole("navigation", { name: "Period" }).getByRole("link", { name: "Last 90 days" })).toHaveAttribute(
    "aria-current",
    "true",
  );
  await page.getByRole("navigation", { name: "Period" }).getByRole("link", { name: "Last 12 months" }).click();
  await expect(page).toHaveURL(/period=12-months/);
  await expect(page.getByRole("heading", { level: 2, name: /^Last 12 months, / })).toBeVisible();
  await expectAccessible(page, "the dashboard");
  const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(isTooWide).toBe(false);

  const high = figure(page, "High severity");
  const expected = await numberIn(high);
  expect(expected).toBeGreaterThan(0);
  await high.click();
  await expect(page).toHaveURL(/severity=High/);
  expect(await countReports(page)).toBe(expected);

  // A cell of the week leads to just its reports, and the list says what it shows.
  await open(page, place.slug);
  const cell = page.getByRole("table", { name: "Reports by weekday and time of day" }).getByRole("link").first();
  const name = (await cell.getAttribute("aria-label"))!;
  await cell.click();
  await expect(page).toHaveURL(/weekday=\d/);
  await expect(page.getByRole("link", { name: `Remove the filter ${name.split(",")[0]}` })).toBeVisible();
  expect(await countReports(page)).toBe(Number(/(\d+) reports?$/.exec(name)![1]));
});

test("filters stand in the address and can be taken away", async ({ place, pageOf }) => {
  const page = await pageOf(place.lead);
  await open(page, place.slug);
  const all = await numberIn(figure(page, "Reports"));
  await page.getByText("Choose days, a site or a participant").click();
  await page.getByLabel("Participant", { exact: true }).selectOption(place.participant);
  await page.getByRole("button", { name: "Show the figures" }).click();
  await expect(page).toHaveURL(/participant=[0-9a-f-]{36}/);
  await expect(page).toHaveURL(/period=12-months/);
  const some = await numberIn(figure(page, "Reports"));
  expect(some).toBeGreaterThan(0);
  expect(some).toBeLessThan(all);
  await page.getByRole("link", { name: `Remove the filter ${place.participant}` }).click();
  await expect(page).not.toHaveURL(/participant=/);
  await expect(figure(page, "Reports")).toContainText(all.toLocaleString("en-AU"));

  await page.goto(`/${place.slug}/dashboard?from=2026-02-01&to=2026-01-01`);
  await expect(page.getByRole("alert").filter({ hasText: "The last day is before the first day." })).toBeVisible();
  await expect(page.getByLabel("To", { exact: true })).toHaveAccessibleDescription(/before the first day/);
  await page.goto(`/${place.slug}/dashboard?from=2019-01-01&to=2019-01-31`);
  await expect(page.getByText("No reports in this period")).toBeVisible();
  await expectAccessible(page, "an empty period");
});

test("a view is saved, renamed, opened and deleted", async ({ place, pageOf, problems }) => {
  problems.provokeStatus(422);
  const page = await pageOf(place.lead);
  const [name, renamed] = [someone(), someone()];
  await open(page, place.slug, "?period=30d");
  await page.getByText("Save this view").click();
  const save = page.getByRole("button", { name: "Save view" });
  await alive(save);
  await save.click();
  await expect(page.getByLabel("Name of the view")).toHaveAccessibleDescription(/Enter a name for the view/);
  await page.getByLabel("Name of the view").fill(name);
  await save.click();
  const views = page.getByRole("region", { name: "Saved views" });
  await expect(views.getByRole("link", { name })).toHaveAttribute("aria-current", "true");

  await page.getByText("Rename or delete views").click();
  await expectAccessible(page, "saved views");
  await page.getByLabel(`New name of ${name}`).fill(renamed);
  await page.getByRole("button", { name: `Rename ${name}` }).click();
  await expect(views.getByRole("link", { name: renamed })).toBeVisible();
  await expect(views.getByRole("link", { name })).toHaveCount(0);

  await open(page, place.slug, "?period=7d");
  await views.getByRole("link", { name: renamed }).click();
  await expect(page).toHaveURL(/period=30d/);

  const other = await pageOf(place.admin);
  await open(other, place.slug);
  await expect(other.getByRole("link", { name: renamed })).toHaveCount(0);

  await page.getByText("Rename or delete views").click();
  await alive(page.getByRole("button", { name: `Delete ${renamed}` }));
  await page.getByRole("button", { name: `Delete ${renamed}` }).click();
  await expect(views.getByRole("link", { name: renamed })).toHaveCount(0);
});

test("the figures come as a file", async ({ place, pageOf }) => {
  const page = await pageOf(place.lead);
  await open(page, place.slug);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download as CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(new RegExp(`^dashboard-${place.slug}-[0-9-]+\\.csv$`));
  const text = await readFile(await download.path(), "utf8");
  const reports = await numberIn(figure(page, "Reports"));
  expect(text).toContain(`Reports,submitted,${reports},`);
});

test("a worker sees no dashboard", async ({ place, pageOf, problems }) => {
  problems.provokeStatus(403);
  const page = await pageOf(place.worker);
  await page.goto(`/${place.slug}`);
  await expect(page.getByRole("link", { name: "Dashboard" })).toHaveCount(0);
  await page.goto(`/${place.slug}/dashboard`);
  await expect(page.getByText("Not for your role")).toBeVisible();
});

test("the dashboard works without JavaScript", async ({ place, pageOf, problems }) => {
  // What the browser says of scripts that it may not run.
  problems.provoke(/^request failed: csp GET .*\.js$/);
  const name = someone();
  const page = await pageOf(place.lead, { javaScriptEnabled: false });
  await open(page, place.slug);
  await page.getByText("Choose days, a site or a participant").click();
  await page.getByLabel("Site", { exact: true }).selectOption(place.home);
  await page.getByRole("button", { name: "Show the figures" }).click();
  await expect(page).toHaveURL(/site=[0-9a-f-]{36}/);
  await expect(page.getByRole("link", { name: `Remove the filter ${place.home}` })).toBeVisible();

  await page.getByText("Save this view").click();
  await page.getByRole("button", { name: "Save view" }).click();
  await expect(page.getByLabel("Name of the view")).toHaveAccessibleDescription(/Enter a name for the view/);
  await page.getByLabel("Name of the view").fill(name);
  await page.getByRole("button", { name: "Save view" }).click();
  const views = page.getByRole("region", { name: "Saved views" });
  await expect(views.getByRole("link", { name })).toBeVisible();
  await page.getByText("Rename or delete views").click();
  await page.getByRole("button", { name: `Delete ${name}` }).click();
  await expect(views.getByRole("link", { name })).toHaveCount(0);

  await page.getByText("Show as a table").first().click();
  await expect(page.getByRole("table", { name: /^Reports by/ }).first()).toBeVisible();
  await figure(page, "Signed off").click();
  await expect(page).toHaveURL(/status=completed/);
});
