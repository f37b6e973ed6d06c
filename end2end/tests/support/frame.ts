// The product's frame: a rail on a desktop, a menu and a bottom bar on a phone.

import { type Locator, type Page } from "@playwright/test";

function isPhone(page: Page): boolean {
  return page.viewportSize()!.width < 1024;
}

/** The link to the notifications, which tells how many are unread. */
export function bell(page: Page): Locator {
  const places = page.getByRole("navigation", { name: isPhone(page) ? "Places" : "Main" });
  return places.getByRole("link", { name: /^Notifications/ });
}

/** How many notifications the frame says are unread. */
export async function unreadCount(page: Page): Promise<number> {
  const name = (await bell(page).textContent()) ?? "";
  return Number(/(\d+)/.exec(name)?.[1] ?? 0);
}

/** Where the person's name, organisation and way out stand; opened first on a phone. */
export async function personMenu(page: Page): Promise<Locator> {
  if (!isPhone(page)) return page.getByRole("banner").filter({ has: page.getByRole("navigation", { name: "Main" }) });
  const menu = page.locator("details").filter({ has: page.getByLabel("Menu") });
  await page.getByLabel("Menu").click();
  return menu;
}
