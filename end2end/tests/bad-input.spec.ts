// What people type and press by mistake, and what a forged form sends.

import { draft } from "./support/drafts";
import { localTime, otherPlace } from "./support/places";
import { expect, test } from "./support/test";
import { FALL, alive, andSave, box, expectSaved, nameField, reviewed, savedWords, someone } from "./support/wizard";

test("an over-long account is refused at its field and kept on the page", async ({ place, deviceOf, problems }) => {
  problems.provokeStatus(422);
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, someone(), "narrative");
  const page = await device.newPage();
  await page.goto(`${path}/narrative`);
  const field = box(page, "end");
  await alive(field);
  await expect(field).toHaveAttribute("maxlength", "20000");
  await field.evaluate((element) => element.removeAttribute("maxlength"));
  const long = "She went on and on. ".repeat(1250);
  await field.fill(long);
  const summary = page.getByRole("alert").filter({ hasText: "There is a problem" });
  await expect(summary).toContainText('"How it ended" is longer than 20,000 characters.');
  await expect(savedWords(page)).toHaveText("Not saved");
  await expect(field).toHaveAccessibleDescription(/longer than 20,000/);
  await expect(field).toHaveValue(long);
  await summary.getByRole("link").click();
  await expect(field).toBeFocused();
  await andSave(page, () => field.fill("She went on."));
  await expect(summary).toBeHidden();
});

test("emoji and right-to-left text survive, control characters don't", async ({ place, deviceOf }) => {
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, someone(), "details");
  const page = await device.newPage();
  await page.goto(`${path}/narrative`);
  await alive(box(page, "during"));
  const kept = "قالت ليلى: «لا أريد» ثم سقطت على الأرض 😟👩🏽‍🦽";
  await andSave(page, async () => {
    await box(page, "before").fill("<b>We</b> were in the garden & 'watering' \"plants\", </textarea> as it were.");
    await box(page, "during").fill(`${kept}\u0007\u0008 and I helped her up.\nThen she sat.`);
  });
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Before the event");
  await expect.poll(async () => (await device.request.get(`${path}/clarify/before`)).text()).toContain("answers[");
  await page.goto(`${path}/clarify/after`);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Check the enhanced narrative");
  const during = reviewed(page, "during");
  await expect(during.getByText(kept).first()).toBeVisible();
  expect(await during.textContent()).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  await expect(during).toContainText("and I helped her up.");
  await expect(reviewed(page, "before")).toContainText("<b>We</b> were in the garden & 'watering' \"plants\", </textarea> as it were.");
});

test("too little to go on is said, and nothing is lost", async ({ place, deviceOf }) => {
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, someone(), "details");
  const page = await device.newPage();
  await page.goto(`${path}/narrative`);
  await alive(box(page, "during"));
  await alive(page.getByRole("button", { name: "Continue" }));
  await box(page, "during").fill("She fell.");
  await page.getByRole("button", { name: "Continue" }).click();
  const summary = page.getByRole("alert").filter({ hasText: "There is a problem" });
  await expect(summary).toContainText("Tell a little more before you go on");
  await expect(summary).toBeFocused();
  await andSave(page, () => box(page, "during").fill(FALL.during));
  await expect(summary).toBeHidden();
  await page.reload();
  await expect(box(page, "during")).toHaveValue(FALL.during);
});

test("a date in the future is refused, an old one asks why", async ({ place, pageOf, problems }) => {
  problems.provokeStatus(422);
  const page = await pageOf(place.worker);
  await page.goto(`/${place.slug}/incidents/new`);
  const when = page.getByLabel("When did it happen?");
  await alive(when);
  await alive(page.getByRole("button", { name: "Continue" }));
  const why = page.getByLabel("Why is it reported now?");
  await expect(why).toBeHidden();
  await page.getByRole("button", { name: "Continue" }).click();
  const summary = page.getByRole("alert").filter({ hasText: "There is a problem" });
  await expect(summary).toContainText("Choose the participant");
  await expect(summary).toContainText("Enter the date and time");
  await expect(summary).toBeFocused();

  await nameField(page).fill(someone());
  await page.getByLabel("Place").fill("Bus stop");
  await when.fill(localTime(place, 3));
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(when).toHaveAccessibleDescription(/This is in the future/);
  // The summary takes the focus a frame later; what is typed until then would go nowhere.
  await expect(summary).toBeFocused();
  await expect(page.getByLabel("Place")).toHaveValue("Bus stop");

  await when.fill(localTime(place, -24 * 365));
  await expect(why).toBeVisible();
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(why).toHaveAccessibleDescription(/more than 30 days ago/);
  await expect(summary).toBeFocused();
  await why.fill("He told me today.");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tell what happened");
});

test("pressing submit twice submits once", async ({ place, deviceOf, pageOf }) => {
  const name = someone();
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, name, "review");
  const page = await device.newPage();
  await page.goto(`${path}/submit`);
  const submit = page.getByRole("button", { name: "Submit for analysis" });
  await alive(submit);
  await submit.dblclick();
  await expect(page.getByText("Your team leads have been told.")).toBeVisible();

  // Once more from a page that doesn't know yet.
  const origin = new URL(page.url()).origin;
  const [tenant, , id] = path.slice(1).split("/");
  const again = await device.request.post("/api/incidents/submit", { form: { tenant, id, revision: "1" }, headers: { origin } });
  expect(again.ok()).toBe(true);

  const lead = await pageOf(place.lead);
  await lead.goto(`/${place.slug}/notifications`);
  await expect(lead.getByRole("listitem").filter({ hasText: `about ${name}` })).toHaveCount(1);
  await lead.goto(path);
  await expect(lead.getByText("Submitted for analysis")).toHaveCount(1);
});

test("another organisation's addresses and forged forms find nothing", async ({ place, deviceOf, problems }) => {
  problems.provokeStatus(404);
  const device = await deviceOf(place.worker);
  const page = await device.newPage();
  const foreign = otherPlace(place).slug;
  const id = "01890000-0000-7000-8000-000000000001";
  const addresses = [foreign, `${foreign}/incidents`, "no-such-place", "No%20Such", `${place.slug}/incidents/${id}`, `${place.slug}/incidents/x/narrative`];
  for (const address of addresses) {
    const answer = await page.goto(`/${address}`);
    expect(answer?.status(), address).toBe(404);
    await expect(page.getByText("Not found", { exact: true })).toBeVisible();
  }

  const path = await draft(device, place, someone(), "narrative");
  await page.goto(`${path}/details`);
  await page.locator("input[name=tenant]").evaluate((element, slug) => ((element as HTMLInputElement).value = slug), foreign);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "We couldn't find that." })).toBeVisible();
});

test("a participant of another organisation can't be named", async ({ place, deviceOf, problems }) => {
  problems.provokeStatus(404, 422);
  const foreign = otherPlace(place);
  const theirs = await deviceOf(foreign.worker);
  const html = await (await theirs.request.get(`/${foreign.slug}/incidents/new`)).text();
  const id = new RegExp(`<option value="([0-9a-f-]{36})"[^>]*>${foreign.participant}`).exec(html)![1];
  const page = await (await deviceOf(place.worker)).newPage();
  await page.goto(`/${place.slug}/incidents/new`);
  const list = page.getByLabel("Participant", { exact: true });
  await alive(list);
  await list.evaluate((element, value) => {
    const select = element as HTMLSelectElement;
    select.options[1].value = value;
    select.selectedIndex = 1;
  }, id);
  await page.getByLabel("When did it happen?").fill(localTime(place, -3));
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expect(page).toHaveURL(/\/incidents\/new$/);
});

test("what is saved stays saved while somebody goes on writing", async ({ place, deviceOf }) => {
  const device = await deviceOf(place.worker);
  const path = await draft(device, place, someone(), "details");
  const page = await device.newPage();
  await page.goto(`${path}/narrative`);
  const field = box(page, "during");
  await alive(field);
  await field.focus();
  await page.keyboard.type("She slipped on the wet ramp in front of the house. ", { delay: 30 });
  await page.keyboard.type("I helped her up.", { delay: 60 });
  await expectSaved(page);
  await expect(field).toHaveValue("She slipped on the wet ramp in front of the house. I helped her up.");
  const saved = await (await device.request.get(`${path}/narrative`)).text();
  expect(saved).toContain("She slipped on the wet ramp in front of the house. I helped her up.");
});
