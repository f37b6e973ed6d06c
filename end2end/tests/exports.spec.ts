// Records as files, requests for personal data, and what a legal hold keeps.

import { type Download, type Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { expectAccessible } from "./support/accessible";
import { alive } from "./support/alive";
import { type Place } from "./support/places";
import { expect, test } from "./support/test";
import { someone } from "./support/wizard";

function heading(page: Page) {
  return page.getByRole("heading", { level: 1 });
}

async function saved(page: Page, link: string | RegExp): Promise<Download> {
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: link }).click();
  return download;
}

async function bytes(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}

/** Somebody new in the register, so that tests don't meet. */
async function addParticipant(page: Page, place: Place): Promise<string> {
  const name = someone();
  await page.goto(`/${place.slug}/participants/new`);
  await alive(page.getByRole("button", { name: "Add participant" }));
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Add participant" }).click();
  await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
  return name;
}

async function openRequest(page: Page, place: Place, what: string, whose: string) {
  await page.goto(`/${place.slug}/data-requests`);
  await page.getByRole("link", { name: "New request" }).click();
  await expect(heading(page)).toHaveText("New data request");
  await alive(page.getByRole("button", { name: "Open the request" }));
  await page.getByLabel(what, { exact: true }).check();
  await page.getByLabel("Whose data").selectOption(`${whose} (participant)`);
  await page.getByLabel("Note").fill("Asked by phone, called back on the number that we know.");
  await page.getByRole("button", { name: "Open the request" }).click();
  await expect(heading(page)).toHaveText(`${what}: ${whose}`);
}

test("a team lead saves a signed-off report as a document and as data", async ({ place, pageOf }) => {
  const page = await pageOf(place.lead);
  await page.goto(`/${place.slug}/incidents?status=completed`);
  await page.getByRole("table").getByRole("rowheader").getByRole("link").first().click();
  await expect(heading(page)).toHaveText(/^Report #\d+: /);
  const [, number, participant] = (await heading(page).textContent())!.match(/^Report #(\d+): (.+)$/)!;

  const pdf = await saved(page, "Save as a document (PDF)");
  expect(pdf.suggestedFilename()).toBe(`report-${number}.pdf`);
  expect((await bytes(pdf)).subarray(0, 5).toString()).toBe("%PDF-");
  const json = await saved(page, "Save as data (JSON)");
  expect(json.suggestedFilename()).toBe(`report-${number}.json`);
  const record = JSON.parse((await bytes(json)).toString());
  expect(record.details.participant_name).toBe(participant);
  expect(record.analyses[0].is_current).toBe(true);
  expect(record.history.length).toBeGreaterThan(3);
});

test("an admin opens a request, waits for the file and saves it", async ({ place, pageOf }) => {
  const page = await pageOf(place.admin);
  const name = await addParticipant(page, place);
  await openRequest(page, place, "A file of the data", name);
  await expectAccessible(page, "a request that waits for a decision");
  await alive(page.getByRole("button", { name: "Make the file" }));
  await page.getByRole("button", { name: "Make the file" }).click();
  await expect(page.getByRole("heading", { name: "What was done" })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("0 reports")).toBeVisible();
  const file = await saved(page, /^Save the file/);
  expect(file.suggestedFilename()).toMatch(/^personal-data-[0-9a-f-]{36}\.zip$/);
  expect((await bytes(file)).subarray(0, 2).toString()).toBe("PK");
  await expectAccessible(page, "a request that is done");

  await page.goto(`/${place.slug}/data-requests`);
  await expect(page.getByRole("row").filter({ hasText: name })).toContainText("Done");
  await expectAccessible(page, "data requests");
});

test("a deletion says what it would do, and a legal hold stops it", async ({ place, pageOf }) => {
  const page = await pageOf(place.admin);
  const name = await addParticipant(page, place);
  await page.goto(`/${place.slug}/data-requests/holds/new`);
  await expectAccessible(page, "placing a legal hold");
  await alive(page.getByRole("button", { name: "Place the hold" }));
  await page.getByLabel("What to hold").selectOption(`${name} (participant)`);
  await page.getByLabel("Reason").fill(`Insurer's letter about ${name}`);
  await page.getByRole("button", { name: "Place the hold" }).click();
  await expect(page.getByText("The legal hold stands.")).toBeVisible();

  await openRequest(page, place, "Deletion", name);
  await expect(page.getByText("A legal hold stands, so nothing can be deleted")).toBeVisible();
  await expect(page.getByRole("heading", { name: "What a deletion does" })).toBeVisible();
  await expect(page.getByText("The entry in the register: name, NDIS number and site are removed")).toBeVisible();
  await expect(page.getByRole("button", { name: "Delete for good" })).toHaveCount(0);
  await expectAccessible(page, "a deletion under a hold");
  const request = page.url();

  await page.goto(`/${place.slug}/data-requests`);
  const hold = page.getByRole("listitem").filter({ hasText: `Insurer's letter about ${name}` });
  await hold.getByText(`Lift the hold on ${name}`).click();
  await alive(hold.getByRole("button", { name: "Lift the hold" }));
  await hold.getByLabel("Why it can be lifted").fill("The claim is settled.");
  await hold.getByRole("button", { name: "Lift the hold" }).click();
  await expect(page.getByText("The legal hold is lifted.")).toBeVisible();

  await page.goto(request);
  await alive(page.getByRole("button", { name: "Delete for good" }));
  await page.getByLabel("Name of the person").fill(name);
  await page.getByRole("button", { name: "Delete for good" }).click();
  await expect(page.getByRole("heading", { name: "What was done" })).toBeVisible({ timeout: 60_000 });
  await expect(heading(page)).toHaveText(/^Deletion: Former participant \d+$/);
});

test("a worker asks for their own data", async ({ place, pageOf }) => {
  const page = await pageOf(place.otherWorker);
  await page.goto(`/${place.slug}/account`);
  const card = page.locator("section").filter({ has: page.getByRole("heading", { level: 2, name: "Your data" }) });
  const ask = card.getByRole("button", { name: "Ask for your data" });
  const asked = card.getByText("Waiting for a decision");
  await expect(ask.or(asked)).toBeVisible();
  // An earlier run of this test may have asked already; asking twice is one request.
  if (await ask.isVisible()) {
    await alive(ask);
    await ask.click();
  }
  await expect(asked).toBeVisible();
  await expect(ask).toHaveCount(0);
  await expectAccessible(page, "an account with a request");
});
