// Participants and sites: added and edited by a team lead, offered in the wizard, read by a worker.

import { expect, test } from "./support/test";
import { alive, someone } from "./support/wizard";

test("a team lead adds a site and a participant, and the wizard offers both", async ({ place, pageOf, problems }) => {
  problems.provokeStatus(422);
  const [site, participant] = [`${someone()} House`, someone()];
  const page = await pageOf(place.lead);
  await page.goto(`/${place.slug}/sites`);
  await page.getByRole("link", { name: "Add a site" }).click();
  await page.getByRole("button", { name: "Add site" }).click();
  const summary = page.getByRole("alert").filter({ hasText: "There is a problem" });
  await expect(summary).toContainText("Enter the site's name.");
  await expect(page.getByLabel("Name")).toHaveAccessibleDescription(/Enter the site's name/);
  await summary.getByRole("link").click();
  await expect(page.getByLabel("Name")).toBeFocused();
  await page.getByLabel("Name").fill(place.home);
  await page.getByRole("button", { name: "Add site" }).click();
  await expect(summary).not.toContainText("Enter the site's name.");
  await expect(summary).toBeVisible();
  await page.getByLabel("Name").fill(site);
  await page.getByLabel("Address").fill("1 Test Street");
  await page.getByRole("button", { name: "Add site" }).click();
  await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
  await page.getByRole("link", { name: site }).click();
  await page.getByLabel("Address").fill("2 Test Street");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("row").filter({ hasText: site })).toContainText("2 Test Street");

  await page.goto(`/${place.slug}/participants`);
  await page.getByRole("link", { name: "Add a participant" }).click();
  await page.getByLabel("Name").fill(participant);
  await page.getByLabel("NDIS number").fill("12345");
  await alive(page.getByRole("button", { name: "Add participant" }));
  await page.getByRole("button", { name: "Add participant" }).click();
  await expect(summary).toContainText("An NDIS number has nine digits.");
  await expect(summary).toBeFocused();
  await expect(page.getByLabel("Name")).toHaveValue(participant);
  await page.getByLabel("NDIS number").fill("");
  await page.getByLabel("Site").selectOption(site);
  await page.getByRole("button", { name: "Add participant" }).click();
  await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
  await page.getByLabel("Search by name").fill(participant);
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await expect(page).toHaveURL(/q=Robin/);
  await page.getByRole("link", { name: participant }).click();
  await page.getByLabel("Name").fill(`${participant} Vale`);
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("link", { name: `${participant} Vale` })).toBeVisible();

  const worker = await pageOf(place.worker);
  await worker.goto(`/${place.slug}/incidents/new`);
  await worker.getByLabel("Participant", { exact: true }).selectOption(`${participant} Vale`);
  await worker.getByLabel("Site").selectOption(site);

  // A worker reads the register and changes nothing.
  await worker.goto(`/${place.slug}/participants?q=${encodeURIComponent(participant)}`);
  await expect(worker.getByRole("link", { name: "Add a participant" })).toHaveCount(0);
  await worker.getByRole("link", { name: `${participant} Vale` }).click();
  await expect(worker.getByText("Team leads and admins can change this.")).toBeVisible();
  await expect(worker.getByRole("textbox")).toHaveCount(0);

  // Archived means: no longer offered, still in the list for those who ask.
  await page.getByRole("link", { name: `${participant} Vale` }).click();
  await page.getByLabel("Archived").check();
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Saved.", { exact: true })).toBeVisible();
  await page.goto(`/${place.slug}/participants?q=${encodeURIComponent(participant)}`);
  await expect(page.getByText("Nobody has this name")).toBeVisible();
  await page.getByRole("link", { name: "Show archived participants too" }).click();
  await expect(page.getByRole("link", { name: `${participant} Vale` })).toBeVisible();
  await worker.goto(`/${place.slug}/incidents/new`);
  await expect(worker.getByRole("option", { name: `${participant} Vale` })).toHaveCount(0);
});

test("the later of two changes to a site is told", async ({ place, deviceOf, problems }) => {
  problems.provokeStatus(409);
  const site = `${someone()} House`;
  const device = await deviceOf(place.lead);
  const [first, second] = [await device.newPage(), await device.newPage()];
  await first.goto(`/${place.slug}/sites/new`);
  await first.getByLabel("Name").fill(site);
  await first.getByRole("button", { name: "Add site" }).click();
  for (const page of [first, second]) {
    await page.goto(`/${place.slug}/sites?q=${encodeURIComponent(site)}`);
    await page.getByRole("link", { name: site }).click();
    await page.getByLabel("Address").fill(page === first ? "1 First Street" : "2 Second Street");
  }
  await first.getByRole("button", { name: "Save changes" }).click();
  await expect(first.getByText("Saved.", { exact: true })).toBeVisible();
  await alive(second.getByRole("button", { name: "Save changes" }));
  await second.getByRole("button", { name: "Save changes" }).click();
  await expect(second.getByRole("alert").filter({ hasText: "Somebody saved a newer version" })).toBeVisible();
  await expect(second.getByLabel("Address")).toHaveValue("2 Second Street");
  await second.getByRole("button", { name: "Save changes" }).click();
  await expect(second.getByText("Saved.", { exact: true })).toBeVisible();
});
