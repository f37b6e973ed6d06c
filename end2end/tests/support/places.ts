// The demo organisations (src/demo/providers.rs). Each project has one to itself.

export const PASSWORD = "grevillea rain on tin";

export interface Place {
  slug: string;
  name: string;
  timeZone: string;
  /** Somebody in the register, and where she lives. */
  participant: string;
  home: string;
  worker: string;
  otherWorker: string;
  lead: string;
  admin: string;
  /** Changes her password in a journey, so nobody else may sign in as her. */
  viewer: string;
}

const banksia: Place = {
  slug: "banksia",
  name: "Banksia Community Support",
  timeZone: "Australia/Sydney",
  participant: "Olivia Hartigan",
  home: "Banksia House",
  worker: "priya@banksia.example",
  otherWorker: "daniel@banksia.example",
  lead: "linh@banksia.example",
  admin: "helen@banksia.example",
  viewer: "margaret@banksia.example",
};

const coolibah: Place = {
  slug: "coolibah",
  name: "Coolibah Living",
  timeZone: "Australia/Brisbane",
  participant: "Gwendolyn Tully",
  home: "Coolibah Lodge",
  worker: "mercy@coolibah.example",
  otherWorker: "jack@coolibah.example",
  lead: "kirsty@coolibah.example",
  admin: "alinta@coolibah.example",
  viewer: "bronwyn@coolibah.example",
};

/** Works for both: a support worker at Banksia, a team lead at Coolibah. */
export const IN_BOTH = "yusuf@banksia.example";

/** Runs the system. Her pages live under the system's own slug. */
export const SYSTEM_ADMIN = "admin@supportsignal.example";

export function placeOf(project: string): Place {
  return project === "phone" ? banksia : coolibah;
}

export function otherPlace(place: Place): Place {
  return place === banksia ? coolibah : banksia;
}

/** A moment some hours from now, as a datetime-local field of the organisation wants it. */
export function localTime(place: Place, hoursFromNow: number): string {
  const moment = new Date(Date.now() + hoursFromNow * 3_600_000);
  const words = new Intl.DateTimeFormat("sv-SE", {
    timeZone: place.timeZone,
    dateStyle: "short",
    timeStyle: "short",
  }).format(moment);
  return words.replace(" ", "T");
}
