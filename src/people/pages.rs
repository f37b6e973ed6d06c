//! The pages about an organisation's people.

mod invite;
mod list;
mod person;

pub use invite::InvitePage;
pub use list::PeoplePage;
pub use person::PersonPage;

use super::person::MembershipStatus;
use crate::{
    accounts::role::Role,
    ui::{StatusBadge, Tone},
};
use leptos::prelude::*;

/// The roles to choose from, as a field offers them.
fn role_options() -> Vec<(String, String)> {
    Role::OF_ORGANISATIONS.map(|role| (role.as_str().to_owned(), role.label().to_owned())).to_vec()
}

const fn role_hint() -> &'static str {
    "Support workers report. Team leads also review and sign off. Admins also manage people and settings. Viewers only read."
}

fn status_badge(status: MembershipStatus) -> impl IntoView {
    let tone = match status {
        MembershipStatus::Active => Tone::Done,
        MembershipStatus::Deactivated => Tone::Neutral,
    };
    view! { <StatusBadge tone label=status.label() /> }
}
