// Finding reports, reading one, and not seeing what isn't one's own.

import { type Page } from "@playwright/test";
import { alive, holdCode } from "./support/alive";
import { draft } from "./support/drafts";
import { expect, test } from "./support/test";
import { FALL, someone } from "./support/wizard";

function rows(page: Page) {
  return page.getByRole("table").getByRole("rowheader");
}

async function search(page: Page, words: string) {
  await page.getByLabel("Search the reports").fill(words);
  await page.getByRole("button", { name: "Search", exact: true }).click();
}

test("filters narrow the list and stand in its address", async ({ place, pageOf }) => {
  const page = await pageOf(place.lead);
  await page.goto(`/${place.slug}/incidents`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Incidents");
  await expect(rows(page)).toHaveCount(25);

  await page.getByRole("navigation", { name: "Status" }).getByRole("link", { name: "Completed" }).click();
  await expect(page).toHaveURL(/status=completed/);
  await expect(page.getByRole("table").getByText("Draft", { exact: true })).toHaveCount(0);
  await expect(page.getByRole("table").getByText("Completed", { exact: true })).toHaveCount(25);

  await page.getByText("Filter and order").click();
  await page.getByLabel("Participant", { exact: true }).selectOption(place.participant);
  await page.getByRole("button", { name: "Show the reports" }).click();
  await expect(page).toHaveURL(/participant=[0-9a-f-]{36}/);
  await expect(page).toHaveURL(/status=completed/);
  await expect(rows(page).first()).toContainText(place.participant);
  const count = await rows(page).count();
  await expect(rows(page).filter({ hasText: place.participant })).toHaveCount(count);

  // The address is enough to see the same again.
  const address = page.url();
  await page.reload();
  await expect(rows(page)).toHaveCount(count);
  await expect(page.getByLabel("Participant", { exact: true }).locator("option:checked")).toHaveText(place.participant);
  const elsewhere = await pageOf(place.admin);
  await elsewhere.goto(address);
  await expect(rows(elsewhere)).toHaveCount(count);

  await page.getByRole("link", { name: `Remove the filter ${place.participant}` }).click();
  await expect(page).not.toHaveURL(/participant=/);
  await expect(page).toHaveURL(/status=completed/);
});

test("words find reports, and nothing found has a way on", async ({ place, deviceOf, pageOf }) => {
  const name = someone();
  const device = await deviceOf(place.worker);
  await draft(device, place, name, "narrative", {
    ...FALL,
    during: "A wombat ran across the path and she tripped over the kerb while pointing at it.",
  });
  const page = await pageOf(place.lead);
  await page.goto(`/${place.slug}/incidents`);
  await search(page, "wombats kerb");
  await expect(page).toHaveURL(/q=wombats(\+|%20)kerb/);
  await expect(rows(page).filter({ hasText: name })).toHaveCount(1);
  await search(page, name.toUpperCase());
  await expect(rows(page)).toHaveCount(1);

  await search(page, "xylophone zeppelin");
  await expect(page.getByText("No report matches")).toBeVisible();
  await page.getByRole("link", { name: "Clear the filters" }).click();
  await expect(rows(page)).toHaveCount(25);
  await expect(page.getByLabel("Search the reports")).toHaveValue("");
});

test("pages follow each other and back", async ({ place, pageOf }) => {
  const page = await pageOf(place.lead);
  await page.goto(`/${place.slug}/incidents?order=oldest`);
  await expect(rows(page)).toHaveCount(25);
  const first = await rows(page).allTextContents();
  await page.getByRole("link", { name: "Next" }).click();
  await expect(page).toHaveURL(/order=oldest&after=/);
  await expect(rows(page).first()).not.toHaveText(first[0]);
  const second = await rows(page).allTextContents();
  expect(second.filter((row) => first.includes(row))).toEqual([]);

  await page.reload();
  await expect(rows(page)).toHaveText(second);
  await page.goBack();
  await expect(rows(page)).toHaveText(first);
  await page.goForward();
  await expect(rows(page)).toHaveText(second);
  await page.getByRole("link", { name: "Back to the first page" }).click();
  await expect(rows(page)).toHaveText(first);
  await expect(page).toHaveURL(/order=oldest$/);
});

test("going back works before the page's code is there", async ({ place, pageOf }) => {
  const page = await pageOf(place.lead);
  await page.goto(`/${place.slug}/incidents?order=oldest`);
  await expect(rows(page)).toHaveCount(25);
  const first = await rows(page).allTextContents();
  // Followed by the page's code, so that both pages are one document to the browser.
  await alive(page.getByRole("table"));
  await page.getByRole("link", { name: "Next" }).click();
  await expect(rows(page).first()).not.toHaveText(first[0]);

  const release = await holdCode(page.context());
  await page.reload({ waitUntil: "domcontentloaded" });
  await page.goBack({ waitUntil: "commit" });
  await expect(page).toHaveURL(/order=oldest$/);
  release();
  await expect(rows(page)).toHaveText(first);
});

test("days that can't be are said at their fields", async ({ place, pageOf }) => {
  const page = await pageOf(place.lead);
  await page.goto(`/${place.slug}/incidents?from=2026-02-01&to=2026-01-01`);
  await expect(page.getByRole("alert")).toContainText("The last day is before the first day.");
  await expect(page.getByLabel("To", { exact: true })).toHaveAccessibleDescription(/before the first day/);
  await expect(rows(page)).toHaveCount(25);
});

test("the record shows the account, the questions and what happened to it", async ({ place, deviceOf, pageOf }) => {
  const name = someone();
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, name, "submitted");
  const page = await pageOf(place.lead);
  // The last thing that happens by itself.
  await expect.poll(async () => (await page.request.get(path)).text()).toContain("Analysis suggested");
  await page.goto(path);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(name);
  for (const text of Object.values(FALL)) await expect(page.getByText(text, { exact: true }).last()).toBeVisible();
  await expect(page.getByText("Front ramp").first()).toBeVisible();
  await expect(page.locator("mark", { hasText: "Kim from the house next door" }).first()).toBeVisible();
  await expect(page.getByRole("heading", { name: "Questions and answers" })).toBeVisible();
  await expect(page.getByText("Prepared by: built-in engine, prompt version 1").first()).toBeVisible();
  const history = page.locator("section").filter({ has: page.getByRole("heading", { level: 2, name: "History" }) });
  await expect(history.getByRole("listitem")).toContainText([
    "Report started",
    "Account written",
    "Questions prepared",
    "Questions answered",
    "Enhanced narrative prepared",
    "Submitted for analysis",
    "Analysis suggested",
  ]);

  // A draft of one's own opens where it was left; a submitted report as a record.
  const own = await device.newPage();
  await own.goto(`${path}/narrative`);
  await expect(own).toHaveURL(path);
});

test("a worker sees no report of others", async ({ place, deviceOf, pageOf, problems }) => {
  problems.provokeStatus(404);
  const name = someone();
  const path = await draft(await deviceOf(place.worker), place, name, "submitted");
  const page = await pageOf(place.otherWorker);
  for (const step of ["", "/narrative", "/clarify/before", "/review", "/submit"]) {
    const answer = await page.goto(`${path}${step}`);
    expect(answer?.status()).toBe(404);
    await expect(page.getByText("Not found", { exact: true })).toBeVisible();
    await expect(page.getByText(name)).toHaveCount(0);
  }
  await page.goto(`/${place.slug}/incidents?q=${encodeURIComponent(name)}`);
  await expect(page.getByText("No report matches")).toBeVisible();
  await expect(page.getByLabel("Reporter")).toHaveCount(0);
});
