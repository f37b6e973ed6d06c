// A page can be used before its scripts run. What a journey expects of the scripts has to wait
// until they listen.

import { type BrowserContext, type Locator, expect } from "@playwright/test";

/** Notes on each element that something listens to it. */
export async function noteListeners(context: BrowserContext) {
  await context.addInitScript(() => {
    const listen = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (...listener: Parameters<typeof listen>) {
      if (this instanceof Element) Object.assign(this, { isAlive: true });
      return listen.apply(this, listener);
    };
  });
}

/** Waits until the page's scripts listen to this element. */
export async function alive(locator: Locator) {
  await expect
    .poll(() => locator.evaluate((element) => "isAlive" in element), { message: `${locator} comes alive` })
    .toBe(true);
}

/** Types into a field that is alive. */
export async function type(field: Locator, text: string) {
  await alive(field);
  await field.fill(text);
}

/** Keeps the code of pages back, as a slow network does, until what it returns is called. */
export async function holdCode(context: BrowserContext): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await context.route(/\.wasm$/, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}
