// Signing in and out, a forgotten password, the list of devices, and working for two organisations.

import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { personMenu } from "./support/frame";
import { IN_BOTH, PASSWORD } from "./support/places";
import { alive, noteListeners } from "./support/alive";
import { expectSignInPage, signIn } from "./support/sign_in";
import { expect, test } from "./support/test";

/** The code in the latest mail to this address. */
async function resetCode(email: string): Promise<string | undefined> {
  const folder = join(process.env.E2E_DATA_DIR!, "mail");
  const files = (await readdir(folder)).filter((name) => name.endsWith(".eml"));
  const mails = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  const mail = mails.find((text) => text.includes(`To: ${email}`));
  return mail?.replaceAll("=\r\n", "").match(/\/reset-password#([\w-]{20,})/)?.[1];
}

test("a wrong password is said without telling which part is wrong", async ({ page, place, problems }) => {
  problems.provokeStatus(401);
  await page.goto(`/${place.slug}/incidents`);
  await expectSignInPage(page);
  await alive(page.getByRole("button", { name: "Sign in" }));
  await signIn(page, place.otherWorker, "not the password");
  const summary = page.getByRole("alert").filter({ hasText: "There is a problem" });
  await expect(summary).toContainText("The e-mail address or the password isn't right.");
  await expect(summary).toBeFocused();
  const known = await summary.textContent();
  const answered = page.waitForResponse(/\/accounts\/sign-in$/);
  await signIn(page, `nobody-${place.slug}@example.com`, "not the password");
  await answered;
  await expect(summary).toHaveText(known!);

  await signIn(page, place.otherWorker, PASSWORD);
  await expect(page).toHaveURL(`/${place.slug}/incidents`);
  await (await personMenu(page)).getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByText("You're signed out.")).toBeVisible();
  await page.goto(`/${place.slug}/incidents`);
  await expectSignInPage(page);
});

test("a forgotten password is replaced by mail, and ends every session", async ({ page, place, browser, problems, baseURL }) => {
  problems.provokeStatus(401, 422);
  const email = place.viewer;
  const before = await browser.newContext();
  problems.watch(before, baseURL!);
  const old = await before.newPage();
  await old.goto("/sign-in");
  await signIn(old, email, PASSWORD);
  await expect(old).toHaveURL(`/${place.slug}`);

  await page.goto("/sign-in");
  await page.getByRole("link", { name: "I forgot my password" }).click();
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByText("If this address has an account, we've sent a link.")).toBeVisible();
  await expect.poll(() => resetCode(email)).toBeTruthy();
  const code = (await resetCode(email))!;

  await page.goto(`/reset-password#${code}`);
  await expect(page.getByLabel("Code from the e-mail")).toHaveValue(code);
  await expect(page).toHaveURL("/reset-password");
  await page.getByLabel("New password").fill("short");
  await page.getByRole("button", { name: "Change the password" }).click();
  await expect(page.getByLabel("New password")).toHaveAccessibleDescription(/12 characters.*12 characters/);
  const changed = "a kettle of black cockatoos";
  await page.getByLabel("New password").fill(changed);
  await page.getByRole("button", { name: "Change the password" }).click();
  await expect(page.getByText("Your password is changed.")).toBeVisible();

  await signIn(page, email, PASSWORD);
  await expect(page.getByRole("alert").filter({ hasText: "isn't right" })).toBeVisible();
  await signIn(page, email, changed);
  await expect(page).toHaveURL(`/${place.slug}`);
  await old.reload();
  await expectSignInPage(old);
  await before.close();

  // The code works once.
  await page.goto(`/reset-password#${code}`);
  await page.getByLabel("New password").fill("another three word password");
  await page.getByRole("button", { name: "Change the password" }).click();
  await expect(page.getByText("This link has been used or is too old.")).toBeVisible();

  // Two devices: one signs the other out.
  const elsewhere = await browser.newContext();
  await noteListeners(elsewhere);
  problems.watch(elsewhere, baseURL!);
  const other = await elsewhere.newPage();
  await other.goto("/sign-in");
  await signIn(other, email, changed);
  await expect(other).toHaveURL(`/${place.slug}`);
  await page.goto(`/${place.slug}/account`);
  const devices = page.locator("section").filter({ hasText: "Where you're signed in" });
  await expect(devices.getByRole("listitem")).toHaveCount(2);
  await expect(devices.getByText("This device")).toHaveCount(1);
  await page.getByRole("button", { name: "Sign out all other devices" }).click();
  await expect(devices.getByRole("listitem")).toHaveCount(1);
  await expect(page.getByText("All your other devices are signed out.")).toBeVisible();
  await other.reload();
  await expectSignInPage(other);
  await page.reload();
  await expect(devices.getByRole("listitem")).toHaveCount(1);
  await elsewhere.close();
});

test("somebody who works for two organisations chooses and changes", async ({ page }) => {
  await page.goto("/sign-in");
  await signIn(page, IN_BOTH, PASSWORD);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Where are you working today?");
  await page.getByRole("link", { name: "Banksia Community Support" }).click();
  await expect(page).toHaveURL("/banksia");
  await expect(page.getByRole("link", { name: "Report an incident" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "What needs you now" })).toHaveCount(0);

  const menu = await personMenu(page);
  await expect(menu).toContainText("Support worker");
  await menu.locator("summary").filter({ hasText: "Change organisation" }).click();
  await menu.getByRole("link", { name: "Coolibah Living" }).click();
  await expect(page).toHaveURL("/coolibah");
  await expect(page.getByRole("heading", { name: "What needs you now" })).toBeVisible();
  await expect(await personMenu(page)).toContainText("Team lead");
});
