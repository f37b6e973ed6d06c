// An admin reads and verifies the audit trail, follows a trace through the debug log, and checks the connections.

import { readFile } from "node:fs/promises";
import { expectAccessible } from "./support/accessible";
import { alive } from "./support/alive";
import { draft } from "./support/drafts";
import { SYSTEM_ADMIN } from "./support/places";
import { expect, test } from "./support/test";
import { someone } from "./support/wizard";

test("the audit trail is narrowed, verified and saved as a file", async ({ place, deviceOf, pageOf }) => {
  const path = await draft(await deviceOf(place.worker), place, someone(), "submitted");
  const id = path.split("/").pop()!;
  const page = await pageOf(place.admin);
  await page.goto(`/${place.slug}/audit`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Audit trail");
  await expectAccessible(page, "the audit trail");
  const table = page.getByRole("table", { name: "Entries of the audit trail" });

  // By action, from the newest on; then all about one record.
  await page.getByRole("search", { name: "Filter the audit trail" }).getByText("Filter", { exact: true }).click();
  await page.getByLabel("Action", { exact: true }).selectOption("Submitted for analysis");
  await page.getByRole("button", { name: "Show the entries" }).click();
  await expect(page).toHaveURL(/action=incident\.submitted/);
  await expect(page.getByLabel("Action", { exact: true })).toHaveValue("incident.submitted");
  await expect(table.getByRole("row").filter({ hasText: "Submitted for analysis" }).first()).toBeVisible();
  await expect(table.getByRole("row").filter({ hasText: "Account written" })).toHaveCount(0);
  await page.getByLabel("Action", { exact: true }).selectOption("All actions");
  await page.getByLabel("Id of a record").fill(id);
  await page.getByRole("button", { name: "Show the entries" }).click();
  await expect(page).toHaveURL(new RegExp(`record=${id}`));
  for (const what of ["Report started", "Account written", "Submitted for analysis"]) {
    await expect(table.getByRole("row").filter({ hasText: what }).first()).toBeVisible();
  }
  await expectAccessible(page, "the filtered trail");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download as CSV" }).click();
  const text = await readFile(await (await download).path(), "utf8");
  expect(text).toContain("incident.submitted");
  expect(text.split("\r\n").slice(1, -1).every((line) => line.includes(id))).toBe(true);

  // What is wrong is said at its field.
  await page.getByLabel("Id of a record").fill("12");
  await page.getByRole("button", { name: "Show the entries" }).click();
  await expect(page.getByLabel("Id of a record")).toHaveAccessibleDescription(/Paste the whole id of a record/);
  await page.getByRole("link", { name: "Clear the filters" }).click();
  await expect(page).toHaveURL(new RegExp(`/${place.slug}/audit$`));

  const verify = page.getByRole("button", { name: "Verify" });
  await alive(verify);
  await verify.click();
  await expect(page.getByText(/^All [\d,]+ entries are as they were written$/)).toBeVisible();
  await expect(table.getByRole("row").filter({ hasText: "Audit trail verified" }).first()).toBeVisible();
  await expectAccessible(page, "the verified trail");
});

test("a trace leads from the debug log to its jobs and AI calls", async ({ place, deviceOf, pageOf }) => {
  await draft(await deviceOf(place.worker), place, someone(), "questions");
  const page = await pageOf(place.admin);
  await page.goto(`/${place.slug}/log`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Debug log");
  const lines = page.getByRole("table", { name: "Lines of the debug log" });
  await expect
    .poll(async () => {
      await page.reload();
      return lines.getByRole("row").filter({ hasText: "a job is asked for" }).count();
    })
    .toBeGreaterThan(0);
  await expectAccessible(page, "the debug log");
  await page.getByLabel("Level", { exact: true }).selectOption("Information");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/level=info/);

  const asked = lines
    .getByRole("row")
    .filter({ hasText: "a job is asked for" })
    .filter({ hasText: "job.kind: generate_questions" });
  const link = asked.first().getByRole("link");
  const reference = (await link.textContent())!.trim();
  await link.click();
  await expect(page.getByRole("heading", { level: 2, name: `Trace ${reference}` })).toBeVisible();
  await expect(page.getByRole("table", { name: "Background work of this trace" })).toContainText("Clarification questions");
  await expect(page.getByRole("table", { name: "AI calls of this trace" })).toContainText("built-in");
  await expectAccessible(page, "a trace");

  await page.getByLabel("Reference that a person was told").fill("00000000");
  await page.getByRole("button", { name: "Find" }).click();
  await expect(page.getByText("Nothing is known under this reference")).toBeVisible();
  await expectAccessible(page, "a reference that nobody was told");
});

test("connections are checked", async ({ place, pageOf }) => {
  const page = await pageOf(place.admin);
  await page.goto(`/${place.slug}/connections`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Connections");
  const check = page.getByRole("button", { name: "Check now" });
  await alive(check);
  await check.click();
  const row = (name: string) => page.getByRole("table", { name: "Connections" }).getByRole("row").filter({ hasText: name });
  await expect(row("Database")).toContainText("Works");
  await expect(row("File store")).toContainText("Works");
  await expect(row("Mail")).toContainText("Mail is kept as files on the server");
  await expectAccessible(page, "the connections");
});

test("the system admin sees what belongs to no organisation", async ({ pageOf }) => {
  const page = await pageOf(SYSTEM_ADMIN);
  for (const [address, heading] of [
    ["log", "Debug log"],
    ["connections", "Connections"],
    ["audit", "Audit trail"],
  ]) {
    await page.goto(`/system/${address}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
    await expectAccessible(page, `/system/${address}`);
  }
});
