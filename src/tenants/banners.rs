//! What every page of an organisation says above everything else: that nothing can be changed, that a trial
//! ends, that somebody sits in another person's place.

use super::{acting::ActingNote, organisation::last_day, standing::Standing};
use crate::{
    accounts::{permission::Permission, viewer::Viewer},
    ui::{Icon, format_time_of_day},
};
use leptos::prelude::*;

/// All that apply, the most important one first.
pub fn banners(viewer: &Viewer) -> AnyView {
    let member = &viewer.member;
    let is_admin = member.role.may(Permission::ConfigureTenant);
    let day = |ends_at| last_day(ends_at, member.time_zone).format("%-d %b %Y");
    let standing = match member.standing {
        Standing::Active => None,
        Standing::Trial { ends_at } => {
            ends_at.filter(|_| is_admin).map(|ends_at| (false, format!("Your trial ends on {}.", day(ends_at))))
        }
        Standing::TrialOver { ended_at } => Some((
            true,
            format!("The trial ended on {}. You can read everything, but nothing can be changed.", day(ended_at)),
        )),
        Standing::Suspended => Some((
            true,
            "Your organisation is suspended. You can read everything, but nothing can be changed.".to_owned(),
        )),
    };
    let acting = viewer.acting.clone().map(acting_banner);
    let standing = standing.map(|(is_grave, words)| standing_banner(is_grave, words));
    view! {
        {acting}
        {standing}
    }
    .into_any()
}

fn acting_banner(note: ActingNote) -> AnyView {
    let ActingNote { person_name, organisation_name, ends_at, time_zone } = note;
    let until = format_time_of_day(ends_at, time_zone);
    view! {
        <section aria-label="Acting as somebody" class="no-print border-b border-base-300 bg-base-100">
            // On a phone the menu's button lies over the right end.
            <div class="flex flex-wrap items-center gap-x-4 gap-y-1 bg-warning/10 py-2 pr-16 pl-4 lg:px-6">
                <span class="text-warning">{Icon::Eye.view()}</span>
                <p class="min-w-0 flex-1 basis-60 font-medium">
                    {format!("You act as {person_name} at {organisation_name} until {until}.")}
                </p>
                // A whole new document: nothing of that person's pages stays.
                <form method="post" action="/api/tenants/stop-acting">
                    <button type="submit" class="btn btn-sm border-edge bg-base-100 text-base-content min-h-11 lg:min-h-8">
                        "Stop acting"
                    </button>
                </form>
            </div>
        </section>
    }
    .into_any()
}

fn standing_banner(is_grave: bool, words: String) -> AnyView {
    let (surface, mark, icon) =
        if is_grave { ("bg-error/10", "text-error", Icon::Lock) } else { ("bg-info/8", "text-info", Icon::Clock) };
    view! {
        <section aria-label="About your organisation" class="no-print border-b border-base-300 bg-base-100">
            <div class=format!("flex items-center gap-3 py-2.5 pr-16 pl-4 lg:px-6 {surface}")>
                <span class=mark>{icon.view()}</span>
                <p class="min-w-0 flex-1 font-medium">{words}</p>
            </div>
        </section>
    }
    .into_any()
}
