// The team lead's job: suggestions with evidence become decisions and a sign-off, or the report goes back.

import { type Locator, type Page } from "@playwright/test";
import { expectAccessible } from "./support/accessible";
import { bell, unreadCount } from "./support/frame";
import { draft } from "./support/drafts";
import { expect, test } from "./support/test";
import { FALL, alive, andSave, box, someone } from "./support/wizard";

/** A part of the page by its heading. */
function part(page: Page, name: string): Locator {
  return page.locator("section").filter({ has: page.getByRole("heading", { level: 2, name, exact: true }) });
}

/** The classifications, one a card. */
function cards(page: Page): Locator {
  return part(page, "Classifications").locator("ol > li");
}

function account(page: Page): Locator {
  return page.getByRole("region", { name: "The account" });
}

/** Opens the page and waits until the suggestions are there. */
async function openAnalysis(page: Page, path: string) {
  await expect
    .poll(async () => (await page.request.get(`${path}/analysis`)).text(), { message: "the suggestions come" })
    .toContain("Change the conditions");
  await page.goto(`${path}/analysis`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Analysis of report #");
  await expect(cards(page).first()).toBeVisible();
}

/** Accepts everything that waits for a decision. */
async function acceptTheRest(page: Page) {
  const accept = page.getByRole("button", { name: /^Accept classification/ });
  for (let left = await accept.count(); left > 0; left -= 1) {
    await accept.first().click();
    await expect(accept).toHaveCount(left - 1);
  }
}

test("a team lead reads the evidence, overrules, accepts and signs off", async ({ place, deviceOf, pageOf }) => {
  const name = someone();
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, name, "submitted");
  const page = await pageOf(place.lead);
  await page.goto(path);
  await page.getByRole("link", { name: "Review and sign off" }).click();
  await expect(page).toHaveURL(`${path}/analysis`);
  await openAnalysis(page, path);

  // What is marked stands in the account, leads to what it supports, and each decision repeats it.
  const told = Object.values(FALL).join("\n");
  const marks = account(page).locator("p mark");
  await expect(marks.first()).toBeVisible();
  const quotes = await cards(page).locator("blockquote").allTextContents();
  expect(quotes.length).toBeGreaterThan(0);
  for (const quote of quotes) {
    await expect(account(page)).toContainText(quote.replace(/^“|”$/g, ""));
  }
  const marked = (await marks.allTextContents()).filter((text) => told.includes(text));
  expect(marked.length, "words of the reporter are marked").toBeGreaterThan(0);
  const sign = account(page).getByRole("link", { name: /Evidence for Classification 1/ }).first();
  await sign.focus();
  await sign.press("Enter");
  await expect(cards(page).first()).toBeInViewport();
  await alive(cards(page).first());
  await cards(page).first().getByRole("link", { name: /Change/ }).focus();
  await expect(account(page).locator("mark.ring-2").first()).toBeVisible();
  await expect(page.getByText("Prepared by: built-in engine, prompt version 1").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign off" })).toBeDisabled();

  // One is overruled; the suggestion stays beside the decision.
  const first = cards(page).first();
  await first.getByRole("link", { name: /Change/ }).click();
  await expect(first.getByLabel("Type")).toBeFocused();
  await expect(page.getByRole("button", { name: /^Accept classification/ })).toHaveCount(0);
  await first.getByLabel("Type").selectOption("Communication");
  await first.getByLabel("High").check();
  await first.getByLabel("Notes").fill("The postie had been told to ring first.");
  await first.getByRole("button", { name: "Save the change" }).click();
  await expect(first.getByRole("heading", { level: 3 })).toHaveText("1. Communication");
  await expect(first).toContainText("High severity");
  await expect(first).toContainText(/Suggested: (?!Communication, high)/);
  await expect(first).toContainText("The postie had been told to ring first.");
  await expect(page).not.toHaveURL(/edit=/);
  await acceptTheRest(page);

  // The conditions are one list with its history.
  await page.getByRole("link", { name: "Change the conditions" }).click();
  const conditions = part(page, "Contributing conditions");
  const lines = conditions.getByRole("textbox");
  await alive(conditions.getByRole("button", { name: "Save the conditions" }));
  await lines.last().fill("The ramp has no roof.");
  await conditions.getByLabel("Group").last().selectOption("environmental");
  await conditions.getByRole("button", { name: "Save the conditions" }).click();
  await expect(conditions.getByText("The ramp has no roof.")).toBeVisible();
  await expect(conditions.getByText("As suggested")).toBeVisible();

  await page.getByRole("link", { name: "Sign off" }).click();
  await expect(page.getByRole("heading", { name: /^Sign off report #\d+\?$/ })).toBeVisible();
  await expect(page.getByText("Nobody can change it after that")).toBeVisible();
  await page.getByRole("button", { name: "Sign off" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Signed off" })).toContainText("its reporter has been told");
  await expect(page).toHaveURL(`${path}?signed_off=1`);
  await expect(part(page, "Analysis")).toContainText("The ramp has no roof.");

  // Its reporter hears of it and reads what was found.
  const worker = await device.newPage();
  await worker.goto(`/${place.slug}/notifications`);
  await worker.getByRole("link").filter({ hasText: new RegExp(`about ${name} was signed off`) }).click();
  await expect(part(worker, "Analysis")).toContainText("Communication");
  await expect(worker.getByRole("link", { name: "Open the analysis" })).toHaveCount(0);

  // And the list finds it by what it was signed off as.
  await page.goto(`/${place.slug}/incidents?incident_type=Communication&severity=High&q=${encodeURIComponent(name)}`);
  await expect(page.getByRole("table").getByRole("rowheader")).toHaveCount(1);
  await expect(page.getByRole("table")).toContainText("High severity");
});

test("a report goes back with a question and comes again", async ({ place, deviceOf, pageOf, problems }) => {
  problems.provokeStatus(422);
  const name = someone();
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, name, "submitted");
  const lead = await pageOf(place.lead);
  await openAnalysis(lead, path);
  await lead.getByRole("link", { name: "Send back with a question" }).click();
  await alive(lead.getByRole("button", { name: "Send back" }));
  await lead.getByRole("button", { name: "Send back" }).click();
  const summary = lead.getByRole("alert").filter({ hasText: "There is a problem" });
  await expect(summary).toContainText("Write what the reporter should answer.");
  await lead.getByLabel("Your question").fill("Which hip did she land on?");
  await lead.getByRole("button", { name: "Send back" }).click();
  await expect(lead.getByRole("status").filter({ hasText: "Sent back" })).toContainText("open for its reporter again");

  const worker = await device.newPage();
  await worker.goto(`/${place.slug}`);
  const waiting = worker.getByRole("link").filter({ hasText: name });
  await expect(waiting).toContainText("Sent back with a question");
  await expect(waiting).toContainText("Which hip did she land on?");
  await waiting.click();
  await expect(worker.getByRole("heading", { level: 1 })).toHaveText("Tell what happened");
  await expect(worker.getByText("Which hip did she land on?")).toBeVisible();
  await alive(box(worker, "during"));
  await andSave(worker, () => box(worker, "during").fill(`${FALL.during} She landed on her left hip.`));
  await worker.goto(`${path}/submit`);
  await expect(worker.getByText("Which hip did she land on?")).toBeVisible();
  await worker.getByRole("button", { name: "Submit for analysis" }).click();
  await expect(worker.getByText("Your team leads have been told.")).toBeVisible();

  await lead.goto(`/${place.slug}`);
  await expect(bell(lead)).toBeVisible();
  expect(await unreadCount(lead)).toBeGreaterThan(0);
  await openAnalysis(lead, path);
  await expect(account(lead)).toContainText("She landed on her left hip.");
  await expect(lead.getByRole("button", { name: /^Accept classification/ }).first()).toBeVisible();
});

test("the second of two managers is told and loses nothing", async ({ place, deviceOf, pageOf, problems }) => {
  problems.provokeStatus(409);
  const path = await draft(await deviceOf(place.worker), place, someone(), "submitted");
  const [lead, admin] = [await pageOf(place.lead), await pageOf(place.admin)];
  await openAnalysis(lead, path);
  await openAnalysis(admin, path);

  await cards(admin).first().getByRole("link", { name: /Change/ }).click();
  await alive(cards(admin).first().getByRole("button", { name: "Save the change" }));
  await cards(admin).first().getByLabel("Notes").fill("Typed while somebody else was faster.");
  await lead.getByRole("button", { name: /^Accept classification 1/ }).click();
  await expect(cards(lead).first()).toContainText("Accepted");

  await cards(admin).first().getByRole("button", { name: "Save the change" }).click();
  const told = admin.getByRole("alert").filter({ hasText: "Somebody changed this analysis" });
  await expect(told).toBeVisible();
  await expect(cards(admin).first().getByLabel("Notes")).toHaveValue("Typed while somebody else was faster.");
  await cards(admin).first().getByRole("button", { name: "Save the change" }).click();
  await expect(cards(admin).first()).toContainText("Typed while somebody else was faster.");

  // A press does nothing and shows what there is now.
  await cards(lead).first().getByRole("button", { name: /^Restore/ }).click();
  await expect(lead.getByRole("alert").filter({ hasText: "Somebody changed this analysis" })).toBeVisible();
  await expect(cards(lead).first()).toContainText("Typed while somebody else was faster.");
});

test("the page of an analysis is accessible and fits the screen", async ({ place, deviceOf, pageOf }) => {
  const path = await draft(await deviceOf(place.worker), place, someone(), "submitted");
  const page = await pageOf(place.lead);
  await openAnalysis(page, path);
  await expectAccessible(page, "the analysis");
  const id = (await cards(page).first().getAttribute("id"))!.replace(/^c-/, "");
  for (const form of [`change-${id}`, `dismiss-${id}`, "add", "conditions", "send-back"]) {
    await page.goto(`${path}/analysis?edit=${form}`);
    await expect(page.getByRole("link", { name: "Cancel" })).toBeVisible();
    await expectAccessible(page, form);
    const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect(isTooWide, form).toBe(false);
  }
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("everything can be decided and signed off", async ({ place, deviceOf, pageOf, problems }) => {
    // What the browser says of scripts that it may not run.
    problems.provoke(/^request failed: csp GET .*\.js$/);
    const path = await draft(await deviceOf(place.worker), place, someone(), "submitted");
    const page = await pageOf(place.lead, { javaScriptEnabled: false });
    await openAnalysis(page, path);
    await expect(account(page).locator("p mark").first()).toBeVisible();

    const first = cards(page).first();
    await first.getByRole("link", { name: /Change/ }).click();
    await first.getByLabel("Low").check();
    await first.getByLabel("Notes").fill("She was fine after a cup of tea.");
    await first.getByRole("button", { name: "Save the change" }).click();
    await expect(first).toContainText("She was fine after a cup of tea.");

    await page.getByRole("link", { name: "Add a classification" }).click();
    await page.getByLabel("Type").selectOption("Environmental");
    await page.getByLabel("Medium").check();
    await page.getByLabel("Words of the account that show it").fill("words that nobody wrote");
    await page.getByRole("button", { name: "Add it" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "There is a problem" })).toContainText("don't stand in the account");
    await page.getByLabel("Type").selectOption("Environmental");
    await page.getByLabel("Medium").check();
    await page.getByLabel("Words of the account that show it").fill("the front ramp was slippery");
    await page.getByRole("button", { name: "Add it" }).click();
    await expect(cards(page).last()).toContainText("Added by");

    await acceptTheRest(page);
    await page.getByRole("link", { name: "Sign off" }).click();
    await page.getByRole("button", { name: "Sign off" }).click();
    await expect(page).toHaveURL(`${path}?signed_off=1`);
    await expect(part(page, "Analysis")).toContainText("She was fine after a cup of tea.");
  });
});
