//! Whether the trail is as it was written.

use crate::{
    audit::{
        api::VerifyTrail,
        paths,
        trail::{Verification, VerificationState},
    },
    jobs::{job::JobStatus, waiting::JobWait},
    tenants::tenant::TenantSlug,
    ui::{Alert, Button, ButtonVariant, Card, Icon, LocalTime, SaveProblem, Tone, error_of, format_moment},
    usage::figures::format_count,
};
use chrono_tz::Tz;
use leptos::prelude::*;

/// What the last verification found, and the button for the next.
pub fn verification_card(
    tenant: &TenantSlug,
    state: VerificationState,
    tz: Tz,
    verify: ServerAction<VerifyTrail>,
) -> AnyView {
    let (slug, own_path) = (tenant.to_string(), paths::trail(tenant));
    let under_way = state.is_under_way();
    let gave_up = state.job.as_ref().is_some_and(|job| job.status == JobStatus::Dead);
    let wait = under_way.then(|| {
        view! {
            <JobWait label="Verifying the trail" job=state.job.clone()>
                <p>"You can leave this page; the result will stand here."</p>
            </JobWait>
        }
    });
    let trouble = gave_up.then(|| {
        view! { <Alert tone=Tone::Danger title="The last verification could not be finished. Try again." quiet=true /> }
    });
    let result = match state.last {
        Some(last) => result_view(tenant, last, tz),
        None => view! { <p class="text-muted">"It has not been verified yet."</p> }.into_any(),
    };
    let button = (!under_way).then(|| {
        view! {
            <ActionForm action=verify>
                <input type="hidden" name="tenant" value=slug />
                <Button variant=ButtonVariant::Secondary icon=Icon::Shield pending=verify.pending()>
                    "Verify"
                </Button>
            </ActionForm>
        }
    });
    view! {
        <Card
            title="Is the trail as it was written?"
            lead="Verifying reads every entry and its seal. It finds what was changed, removed or slipped in, by whomever."
        >
            <SaveProblem error=error_of(verify) own_path />
            <div class="space-y-4">{wait} {trouble} {result} {button}</div>
        </Card>
    }
    .into_any()
}

fn result_view(tenant: &TenantSlug, last: Verification, tz: Tz) -> AnyView {
    let who = last.verified_by.clone().map(|name| view! { " by " <bdi>{name}</bdi> });
    let took = duration_in_words(last.duration_ms);
    let instant = last.verified_at;
    let when = view! {
        <p class="text-sm text-muted">
            "Verified " <LocalTime instant tz /> {who} {format!("; it took {took}.")}
        </p>
    };
    let Some(position) = last.break_position else {
        let title = whole_in_words(last.entries);
        return view! {
            <Alert tone=Tone::Done title quiet=true>
                {when}
            </Alert>
        }
        .into_any();
    };
    let title = format!("The trail breaks at entry {}", format_count(position));
    let at = last.break_at.map_or_else(
        || "That entry is missing.".to_owned(),
        |moment| format!("That entry says that it was written on {}.", format_moment(moment, tz)),
    );
    let href = paths::from_entry(tenant, position);
    view! {
        <Alert tone=Tone::Danger title quiet=true>
            <p>
                {at}
                " It, or an entry beside it, was changed, removed or added by other means than SupportSignal. Everything before it is as it was written. Tell whoever runs the server, and keep a backup."
            </p>
            <p>
                <a class="text-link" href=href rel="external">
                    "Show the entries from there backwards"
                </a>
            </p>
            {when}
        </Alert>
    }
    .into_any()
}

fn whole_in_words(entries: i64) -> String {
    match entries {
        0 => "There are no entries yet".to_owned(),
        1 => "The one entry is as it was written".to_owned(),
        entries => format!("All {} entries are as they were written", format_count(entries)),
    }
}

fn duration_in_words(milliseconds: i32) -> String {
    match milliseconds {
        0..1_000 => format!("{milliseconds} ms"),
        _ => format!("{} s", milliseconds / 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::{duration_in_words, whole_in_words};

    #[test]
    fn a_whole_trail_says_how_long_it_is() {
        assert_eq!(whole_in_words(12_345), "All 12,345 entries are as they were written");
        assert_eq!(whole_in_words(1), "The one entry is as it was written");
        assert_eq!([duration_in_words(40), duration_in_words(2_700)], ["40 ms", "2 s"]);
    }
}
