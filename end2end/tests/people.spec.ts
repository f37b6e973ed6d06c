// An organisation's people: invited by mail, joined, given another role, deactivated; and two-step sign-in.

import { createHmac, randomUUID } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "@playwright/test";
import { expectAccessible } from "./support/accessible";
import { alive, noteListeners } from "./support/alive";
import { personMenu } from "./support/frame";
import { type Place, otherPlace } from "./support/places";
import type { Problems } from "./support/problems";
import { expectSignInPage, signIn } from "./support/sign_in";
import { expect, test } from "./support/test";
import { someone } from "./support/wizard";

const PASSWORD = "a lantern over the creek";

/** The links in the mails to this address. */
async function joinLinks(email: string): Promise<string[]> {
  const folder = join(process.env.E2E_DATA_DIR!, "mail");
  const files = (await readdir(folder)).filter((name) => name.endsWith(".eml"));
  const mails = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  return mails
    .filter((text) => text.includes(`To: ${email}`))
    .map((text) => text.replaceAll("=\r\n", "").replaceAll("=3D", "=").match(/\/join#[\w-]{20,}/)?.[0])
    .filter((link) => link !== undefined);
}

/** What an authenticator app shows for a secret, some steps of 30 seconds from now (RFC 6238). */
function oneTimeCode(secret: string, steps = 0): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replaceAll(/\s/g, "")].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const digest = createHmac("sha1", key).update(counter).digest();
  const value = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(value % 1_000_000).padStart(6, "0");
}

/** A device of its own. */
async function newDevice(
  browser: Browser,
  problems: Problems,
  baseURL: string,
  options?: BrowserContextOptions,
): Promise<BrowserContext> {
  const device = await browser.newContext({ ...options, baseURL });
  await noteListeners(device);
  problems.watch(device, baseURL);
  return device;
}

/** Sends an invitation from the admin's page; the link in its mail. */
async function invite(admin: Page, place: Place, name: string, email: string): Promise<string> {
  const known = await joinLinks(email);
  await admin.goto(`/${place.slug}/people`);
  await admin.getByRole("link", { name: "Invite a person" }).click();
  await admin.getByLabel("Name").fill(name);
  await admin.getByLabel("E-mail address").fill(email);
  await admin.getByLabel("Support worker").check();
  await admin.getByRole("button", { name: "Send the invitation" }).click();
  await expect(admin.getByText("The invitation is on its way.")).toBeVisible();
  await expect.poll(() => joinLinks(email)).toHaveLength(known.length + 1);
  return (await joinLinks(email)).find((link) => !known.includes(link))!;
}

/** Joins with a new account. */
async function joinWith(page: Page, place: Place, link: string) {
  await page.goto(link);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Join ${place.name}`);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page).toHaveURL(`/${place.slug}`);
}

test("an admin invites a person, who joins, gets another role and is deactivated", async ({
  place,
  pageOf,
  browser,
  problems,
  baseURL,
}) => {
  problems.provokeStatus(401, 422);
  const [name, email] = [someone(), `mai-${randomUUID()}@example.com`];
  const admin = await pageOf(place.admin);
  await admin.goto(`/${place.slug}/people/invite`);
  await alive(admin.getByRole("button", { name: "Send the invitation" }));
  await admin.getByLabel("E-mail address").fill(place.worker);
  await admin.getByRole("button", { name: "Send the invitation" }).click();
  const summary = admin.getByRole("alert").filter({ hasText: "There is a problem" });
  await expect(summary).toContainText("Enter the person's name.");
  await admin.getByLabel("Name").fill(name);
  await admin.getByRole("button", { name: "Send the invitation" }).click();
  await expect(summary).toContainText("This person belongs to your organisation already.");
  await expectAccessible(admin, "inviting");

  const first = await invite(admin, place, name, email);
  const invited = admin.getByRole("row").filter({ hasText: email });
  await expect(invited).toContainText("Support worker");
  await expectAccessible(admin, "the list of people");
  await admin.getByRole("button", { name: `Send the invitation of ${name} again` }).click();
  await expect(admin.getByText("A new invitation is on its way.")).toBeVisible();
  await expect.poll(() => joinLinks(email)).toHaveLength(2);
  const second = (await joinLinks(email)).find((link) => link !== first)!;

  const device = await newDevice(browser, problems, baseURL!);
  const page = await device.newPage();
  await page.goto(first);
  await expect(page.getByText("This invitation has been used or withdrawn")).toBeVisible();
  await expectAccessible(page, "an invitation that isn't open any more");
  await page.goto(second);
  await expect(page.getByLabel("Your name")).toHaveValue(name);
  await expect(page).toHaveURL("/join");
  await expectAccessible(page, "joining");
  await alive(page.getByRole("button", { name: "Join" }));
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page.getByLabel("Password", { exact: true })).toHaveAccessibleDescription(/12 characters.*12 characters/);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page).toHaveURL(`/${place.slug}`);
  await expect(page.getByRole("link", { name: "Report an incident" }).first()).toBeVisible();

  await admin.goto(`/${place.slug}/people?q=${encodeURIComponent(email)}`);
  await expect(admin.getByRole("table", { name: "People" }).getByRole("rowheader")).toHaveCount(1);
  await admin.getByRole("link", { name }).click();
  await expect(admin.getByText(email)).toBeVisible();
  await expectAccessible(admin, "a person");
  await admin.getByLabel("Team lead").check();
  await admin.getByRole("button", { name: "Save changes" }).click();
  await expect(admin.getByText("Saved.", { exact: true })).toBeVisible();
  await page.goto(`/${place.slug}`);
  await expect(page.getByRole("heading", { name: "What needs you now" })).toBeVisible();

  const deactivate = admin.locator("#deactivate");
  await alive(deactivate.getByRole("button", { name: "Deactivate" }));
  await deactivate.getByRole("textbox").fill("somebody else");
  await deactivate.getByRole("button", { name: "Deactivate" }).click();
  await expect(deactivate.getByRole("textbox")).toHaveAccessibleDescription(/Type the person's name/);
  await deactivate.getByRole("textbox").fill(name);
  await deactivate.getByRole("button", { name: "Deactivate" }).click();
  await expect(admin.getByText("The person is deactivated.")).toBeVisible();
  await page.reload();
  await expectSignInPage(page);
  await admin.getByRole("button", { name: "Reactivate" }).click();
  await expect(admin.getByText("The person is active again.")).toBeVisible();
  await device.close();
});

test("somebody with an account joins another organisation after signing in, and no address tells the code", async ({
  place,
  pageOf,
  browser,
  problems,
  baseURL,
}) => {
  // What the page asks for while it is left.
  problems.provokeStatus(401);
  const [name, email, other] = [someone(), `noor-${randomUUID()}@example.com`, otherPlace(place)];
  const first = await invite(await pageOf(place.admin), place, name, email);
  const device = await newDevice(browser, problems, baseURL!);
  const asked: string[] = [];
  device.on("request", (request) => asked.push(request.url().split("#")[0]));
  const page = await device.newPage();
  await joinWith(page, place, first);
  await (await personMenu(page)).getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByText("You're signed out.")).toBeVisible();

  const second = await invite(await pageOf(other.admin), other, name, email);
  await page.goto(second);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Join ${other.name}`);
  await expect(page).toHaveURL("/join");
  await page.getByRole("link", { name: "Sign in to join" }).click();
  await signIn(page, email, PASSWORD);
  await expect(page.getByText("You're signed in with this address.")).toBeVisible();
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page).toHaveURL(`/${other.slug}`);
  for (const link of [first, second]) {
    const code = link.split("#")[1];
    expect(asked.filter((address) => address.includes(code))).toEqual([]);
  }
  await device.close();
});

test("without JavaScript an invited person pastes the code of the mail", async ({ place, pageOf, browser, problems, baseURL }) => {
  problems.provoke(/^request failed: csp GET .*\.js$/);
  const [name, email] = [someone(), `kim-${randomUUID()}@example.com`];
  const link = await invite(await pageOf(place.admin), place, name, email);
  const device = await newDevice(browser, problems, baseURL!, { javaScriptEnabled: false });
  const page = await device.newPage();
  await page.goto(link);
  await page.getByLabel("Code from the e-mail").fill(link.split("#")[1]);
  await page.getByRole("button", { name: "Open the invitation" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Join ${place.name}`);
  await joinWith(page, place, "/join");
  await device.close();
});

test("a person sets two-step sign-in up, signs in with it and switches it off", async ({
  place,
  pageOf,
  browser,
  problems,
  baseURL,
}) => {
  problems.provokeStatus(401, 422);
  const [name, email] = [someone(), `robin-${randomUUID()}@example.com`];
  const link = await invite(await pageOf(place.admin), place, name, email);
  const device = await newDevice(browser, problems, baseURL!);
  const page = await device.newPage();
  await joinWith(page, place, link);

  await page.goto(`/${place.slug}/account`);
  await expect(page.getByRole("table", { name: "Recent security events" })).toContainText("Signed in on a new device");
  await page.getByRole("link", { name: "Set up two-step sign-in" }).click();
  await page.getByRole("button", { name: "Set it up" }).click();
  await expect(page.getByRole("img", { name: "QR code to scan with your authenticator app" })).toBeVisible();
  await page.getByText("I can't scan it").click();
  const secret = (await page.locator("#secret").textContent())!;
  await expectAccessible(page, "setting two-step sign-in up");
  await alive(page.getByRole("button", { name: "Switch it on" }));
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Code from the app").fill("000000");
  await page.getByRole("button", { name: "Switch it on" }).click();
  await expect(page.getByLabel("Code from the app")).toHaveAccessibleDescription(/This code isn't right/);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Code from the app").fill(oneTimeCode(secret));
  await page.getByRole("button", { name: "Switch it on" }).click();
  const codes = page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(10);
  const recoveryCode = (await codes.first().textContent())!;
  await expectAccessible(page, "recovery codes");
  await page.getByRole("button", { name: "I have kept these codes" }).click();
  await expect(page).toHaveURL(`/${place.slug}/account`);

  await (await personMenu(page)).getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByText("You're signed out.")).toBeVisible();
  await page.goto(`/${place.slug}/incidents`);
  await expectSignInPage(page);
  await signIn(page, email, PASSWORD);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Enter your code");
  await expectAccessible(page, "the second step");
  await page.getByLabel("Code", { exact: true }).fill(oneTimeCode(secret, 1));
  await page.getByLabel("Don't ask for a code on this device").check();
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`/${place.slug}/incidents`);

  // The device is trusted now.
  await (await personMenu(page)).getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByText("You're signed out.")).toBeVisible();
  await signIn(page, email, PASSWORD);
  await expect(page).toHaveURL(`/${place.slug}`);
  await page.goto(`/${place.slug}/account`);
  const trusted = page.locator("#trusted-devices");
  await expect(trusted.getByRole("listitem")).toHaveCount(1);
  await expectAccessible(page, "the account page");
  await trusted.getByRole("button", { name: /^Stop trusting/ }).click();
  await expect(trusted).toHaveCount(0);

  await page.getByRole("link", { name: "Recovery codes and switching off" }).click();
  await page.getByText("Switch two-step sign-in off").click();
  await alive(page.getByRole("button", { name: "Switch it off" }));
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Code from the app, or a recovery code").fill(recoveryCode);
  await page.getByRole("button", { name: "Switch it off" }).click();
  await expect(page.getByRole("button", { name: "Set it up" })).toBeVisible();
  await device.close();
});
