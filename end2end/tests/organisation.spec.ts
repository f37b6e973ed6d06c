// An organisation's settings, and the system admin: adding an organisation, suspending it, acting as a person.
// Each journey has an organisation of its own.

import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, type Page } from "@playwright/test";
import { expectAccessible } from "./support/accessible";
import { alive, noteListeners } from "./support/alive";
import { PASSWORD, SYSTEM_ADMIN } from "./support/places";
import { signIn } from "./support/sign_in";
import { expect, test } from "./support/test";
import { type Problems } from "./support/problems";

interface Own {
  slug: string;
  name: string;
  admin: string;
}

let count = 0;

function own(): Own {
  count += 1;
  const slug = `own-${Date.now().toString(36)}-${count}`;
  return { slug, name: `Care ${slug}`, admin: `rosa@${slug}.example` };
}

/** The link in the invitation of a new organisation's first admin. */
async function invitation(email: string): Promise<string | undefined> {
  const folder = join(process.env.E2E_DATA_DIR!, "mail");
  const files = (await readdir(folder)).filter((name) => name.endsWith(".eml"));
  const mails = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  const mail = mails.find((text) => text.includes(`To: ${email}`));
  return mail?.replaceAll("=\r\n", "").replaceAll("=3D", "=").match(/\/join#[\w-]{20,}/)?.[0];
}

/** A system admin's page with a session of its own: acting belongs to the session. */
async function systemPage(browser: Browser, problems: Problems, baseURL: string): Promise<Page> {
  const device = await browser.newContext();
  await noteListeners(device);
  problems.watch(device, baseURL);
  const page = await device.newPage();
  await page.goto("/sign-in");
  await signIn(page, SYSTEM_ADMIN, PASSWORD);
  await expect(page).toHaveURL("/system");
  return page;
}

async function add(page: Page, { slug, name, admin }: Own) {
  await page.goto("/system/organisations");
  await page.getByRole("link", { name: "Add an organisation" }).click();
  await alive(page.getByRole("button", { name: "Add organisation" }));
  await page.getByRole("button", { name: "Add organisation" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "There is a problem" })).toContainText("Enter the organisation's name.");
  await expectAccessible(page, "adding an organisation, with problems");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Web address").fill(slug);
  await page.getByLabel("Time zone").selectOption("Australia/Hobart");
  await page.getByLabel("Last day of the trial").fill("2999-01-31");
  await page.getByLabel("Name of the admin").fill("Rosa Lim");
  await page.getByLabel("E-mail address of the admin").fill(admin);
  await page.getByRole("button", { name: "Add organisation" }).click();
  await expect(page).toHaveURL(`/system/organisations/${slug}?created=1`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
}

/** The first admin takes the place that was made. */
async function takePlace(page: Page, { slug, name, admin }: Own) {
  await expect.poll(() => invitation(admin)).toBeTruthy();
  await page.goto((await invitation(admin))!);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Join ${name}`);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page).toHaveURL(`/${slug}`);
}

async function setStatus(page: Page, { slug }: Own, status: string, reason: string) {
  await page.goto(`/system/organisations/${slug}`);
  await page.getByLabel(status, { exact: true }).check();
  await page.getByLabel("Reason for the change").fill(reason);
  await page.getByRole("button", { name: "Save status" }).click();
  await expect(page.getByText("Status saved.")).toBeVisible();
}

test("an admin changes the settings, and a suspended organisation reads only", async ({ page, browser, problems, baseURL }) => {
  problems.provokeStatus(422);
  const place = own();
  const system = await systemPage(browser, problems, baseURL!);
  await add(system, place);
  await takePlace(page, place);
  await expect(page.getByText("Your trial ends on 31 Jan 2999.")).toBeVisible();

  await page.goto(`/${place.slug}/settings`);
  await expectAccessible(page, "settings");
  await alive(page.getByRole("button", { name: "Save profile" }));
  await page.getByLabel("ABN").fill("51 824 753 557");
  await page.getByRole("button", { name: "Save profile" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "There is a problem" })).toContainText("This isn't an ABN");
  await page.getByLabel("ABN").fill("51 824 753 556");
  await page.getByLabel("Contact phone").fill("(03) 5550 0111");
  await page.getByRole("button", { name: "Save profile" }).click();
  await expect(page.getByText("Profile saved.")).toBeVisible();
  await expect(page.getByLabel("Contact phone")).toHaveValue("(03) 5550 0111");
  await page.getByLabel("Time zone of the organisation").selectOption("Australia/Perth");
  await page.getByRole("button", { name: "Save time zone" }).click();
  await expect(page.getByText("Time zone saved.")).toBeVisible();
  await page.getByLabel("Plum").check();
  await page.getByLabel("Short name").fill("Our care");
  await page.getByRole("button", { name: "Save look" }).click();
  await expect(page.getByText("Look saved.")).toBeVisible();
  await expectAccessible(page, "settings in plum");
  const changes = page.locator("section").filter({ has: page.getByRole("heading", { name: "Changes" }) });
  await expect(changes).toContainText("from Hobart (Tasmania) to Perth (Western Australia)");
  await expect(changes).toContainText("Rosa Lim");

  // An old address goes on to work.
  const moved = `${place.slug}-new`;
  await page.getByLabel("New web address").fill(moved);
  await page.getByLabel(`Type “${place.slug}” to confirm`).fill(place.slug);
  await page.getByRole("button", { name: "Change web address" }).click();
  await expect(page).toHaveURL(`/${moved}/settings?saved=address`);
  await page.goto(`/${place.slug}/settings`);
  await expect(page).toHaveURL(`/${moved}/settings`);

  await setStatus(system, { ...place, slug: moved }, "Suspended", "The account is unpaid.");
  await page.reload();
  await expect(page.getByText("Your organisation is suspended.")).toBeVisible();
  await expect(changes).toContainText("Reason: The account is unpaid.");
  await expectAccessible(page, "settings of a suspended organisation");
  await alive(page.getByRole("button", { name: "Save profile" }));
  await page.getByLabel("Contact phone").fill("(03) 5550 0222");
  await page.getByRole("button", { name: "Save profile" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "can read everything but change nothing" })).toBeVisible();
  await expect(page.getByLabel("Contact phone")).toHaveValue("(03) 5550 0222");

  await setStatus(system, { ...place, slug: moved }, "Active", "Paid.");
  await page.getByRole("button", { name: "Save profile" }).click();
  await expect(page.getByText("Profile saved.")).toBeVisible();
  await expect(page.getByText("Your organisation is suspended.")).toHaveCount(0);
  await system.context().close();
});

test("the system admin acts as a person, who can see it, and stops", async ({ page, browser, problems, baseURL }) => {
  const place = own();
  const system = await systemPage(browser, problems, baseURL!);
  await add(system, place);
  problems.provokeStatus(404, 422);
  await takePlace(page, place);

  await system.goto(`/system/organisations/${place.slug}`);
  await expectAccessible(system, "an organisation");
  await system.getByLabel("Person", { exact: true }).selectOption("Rosa Lim, Admin");
  await system.getByLabel("Reason", { exact: true }).fill("Rosa can't find the settings.");
  await system.getByRole("button", { name: "Act as this person" }).click();
  await expect(system).toHaveURL(`/${place.slug}`);
  const banner = system.getByRole("region", { name: "Acting as somebody" });
  await expect(banner).toContainText(`You act as Rosa Lim at ${place.name} until`);
  await expectAccessible(system, "acting as a person");
  await system.goto(`/${place.slug}/incidents/new`);
  await expect(banner).toBeVisible();
  await system.goto(`/${place.slug}/account`);
  await expect(system.getByText("You can't do this while you act as another person.").first()).toBeVisible();
  await system.goto(`/${place.slug}/settings`);
  await system.getByLabel("Contact phone").fill("(03) 5550 0333");
  await system.getByRole("button", { name: "Save profile" }).click();
  await expect(system.getByText("Profile saved.")).toBeVisible();
  await banner.getByRole("button", { name: "Stop acting" }).click();
  await expect(system).toHaveURL("/system/organisations");
  await expect(banner).toHaveCount(0);
  await system.goto(`/${place.slug}`);
  await expect(system.getByText("Not found", { exact: true })).toBeVisible();

  await page.goto(`/${place.slug}/notifications`);
  await page.getByRole("link", { name: "SupportSignal support began to act as Rosa Lim: Rosa can't find the settings." }).click();
  await expect(page.getByRole("heading", { name: "Support access" })).toBeVisible();
  await expect(page.getByText("Reason: Rosa can't find the settings.")).toBeVisible();
  await expect(page.getByText("SupportSignal support as Rosa Lim")).toBeVisible();
  await system.context().close();
});
