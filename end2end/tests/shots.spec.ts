// Pictures of the main pages for people to look at: SHOTS=1 npx playwright test shots

import { type Page } from "@playwright/test";
import { draft } from "./support/drafts";
import { IN_BOTH, SYSTEM_ADMIN } from "./support/places";
import { expect, test } from "./support/test";
import { someone } from "./support/wizard";

test.skip(!process.env.SHOTS, "only on demand");
test.use({ contextOptions: { reducedMotion: "reduce" } });
test.setTimeout(240_000);

test("pictures", async ({ page: visitor, place, deviceOf, problems }, info) => {
  problems.provokeStatus(404, 422);
  const shoot = async (page: Page, name: string) => {
    await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const path = `../test-results/shots/${info.project.name}-${colorScheme}/${name}`;
      await page.screenshot({ path: `${path}.png` });
      await page.screenshot({ path: `${path}-whole.png`, fullPage: true });
    }
  };
  const visit = async (page: Page, address: string, name: string) => {
    await page.goto(address);
    await shoot(page, name);
  };
  const slug = place.slug;

  await visit(visitor, "/sign-in", "01-sign-in");
  await visit(visitor, "/forgot-password", "02-forgot-password");
  await visit(visitor, "/reset-password", "03-reset-password");

  const device = await deviceOf(place.worker);
  const path = await draft(device, place, someone(), "review");
  const worker = await device.newPage();
  await visit(worker, `/${slug}`, "10-worker-home");
  await visit(worker, `/${slug}/incidents/new`, "11-details");
  await worker.getByRole("button", { name: "Continue" }).click();
  await expect(worker.getByRole("alert").filter({ hasText: "problem" })).toBeVisible();
  await shoot(worker, "12-details-problems");
  await visit(worker, `${path}/narrative`, "13-narrative");
  await visit(worker, `${path}/clarify/before`, "14-questions-before");
  await visit(worker, `${path}/clarify/during`, "15-questions-during");
  await visit(worker, `${path}/review`, "16-review");
  await worker.locator("details").filter({ has: worker.locator("mark") }).first().locator("summary").click();
  await worker.getByText("Edit this text").first().click();
  await shoot(worker, "17-review-open");
  await visit(worker, `${path}/submit`, "18-submit");
  await visit(worker, `/${slug}/incidents`, "19-own-reports");
  await visit(worker, "/no-such-place", "20-not-found");

  const submitted = await draft(device, place, someone(), "submitted");
  await visit(worker, `${submitted}?submitted=1`, "21-submitted");
  const lead = await (await deviceOf(place.lead)).newPage();
  await visit(lead, `/${slug}`, "30-lead-home");
  await visit(lead, `/${slug}/incidents`, "31-incidents");
  await visit(lead, `/${slug}/incidents?status=completed&order=oldest`, "32-incidents-completed");
  await visit(lead, `/${slug}/incidents?q=xylophone`, "33-incidents-none");
  await visit(lead, `/${slug}/notifications`, "34-notifications");
  await visit(lead, submitted, "35-record");
  await expect.poll(async () => (await lead.request.get(`${submitted}/analysis`)).text()).toContain("Change the conditions");
  await visit(lead, `${submitted}/analysis`, "41-analysis");
  await visit(lead, `${submitted}/analysis?edit=conditions`, "42-analysis-conditions");
  await visit(lead, `${submitted}/analysis?edit=send-back`, "43-analysis-send-back");
  await visit(lead, `/${slug}/participants`, "36-participants");
  await visit(lead, `/${slug}/participants/new`, "37-participant-new");
  await visit(lead, `/${slug}/sites`, "38-sites");
  await visit(lead, `/${slug}/account`, "39-account");
  if (info.project.name === "phone") {
    await lead.getByLabel("Menu").click();
    await shoot(lead, "40-menu");
  }
  const admin = await (await deviceOf(place.admin)).newPage();
  await visit(admin, `/${slug}/jobs`, "50-jobs");
  const system = await (await deviceOf(SYSTEM_ADMIN)).newPage();
  await visit(system, "/system/organisations", "51-organisations");
  const both = await (await deviceOf(IN_BOTH)).newPage();
  await visit(both, "/", "52-choice");
});
