//! Views of documents that several pages share.

use super::{
    details::{BOXES_SHOWN, READER_ROLES},
    document::ProcessingStatus,
    record::DocumentRow,
};
use crate::{
    accounts::role::Role,
    ids::DocumentId,
    ui::{Checkbox, Icon, StatusBadge, Tone},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The document of the address.
pub fn use_document_id() -> Memo<Option<DocumentId>> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get_str("id").and_then(|id| id.parse().ok())))
}

/// How far a document has been read, or that it is archived.
pub fn state_badge(document: &DocumentRow) -> AnyView {
    let (tone, label) = if document.archived_at.is_some() {
        (Tone::Neutral, "Archived")
    } else {
        let tone = match document.status {
            ProcessingStatus::Pending | ProcessingStatus::Processing => Tone::Info,
            ProcessingStatus::Completed => Tone::Done,
            ProcessingStatus::Failed => Tone::Danger,
        };
        (tone, document.status.label())
    };
    // The shape of waiting work is the clock; the tone's own would say that somebody should read it.
    let icon = if tone == Tone::Info { Icon::Clock } else { tone.icon() };
    view! { <StatusBadge tone label icon /> }.into_any()
}

/// Who may read a document, in words.
pub fn audience(document: &DocumentRow) -> String {
    match (&document.allowed_roles, document.is_shared()) {
        (None, false) => "Everybody".to_owned(),
        (None, true) => "Every organisation".to_owned(),
        (Some(roles), false) => role_names(roles),
        (Some(roles), true) => format!("{}, in every organisation", role_names(roles)),
    }
}

/// "Team leads, viewers and admins", or "Team leads only".
fn role_names(roles: &[Role]) -> String {
    let names = roles.iter().enumerate();
    let names: Vec<_> = names
        .map(|(place, role)| if place == 0 { plural(*role).to_owned() } else { plural(*role).to_lowercase() })
        .collect();
    match names.as_slice() {
        [] => "Nobody".to_owned(),
        [only] => format!("{only} only"),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

const fn plural(role: Role) -> &'static str {
    match role {
        Role::SystemAdmin => "System admins",
        Role::CompanyAdmin => "Admins",
        Role::TeamLead => "Team leads",
        Role::FrontlineWorker => "Support workers",
        Role::Viewer => "Viewers",
    }
}

/// A document's tags in a line; nothing if it has none.
pub fn tag_list(tags: &[String]) -> Option<AnyView> {
    if tags.is_empty() {
        return None;
    }
    let tags = tags
        .iter()
        .cloned()
        .map(|tag| view! { <li class="rounded-selector bg-base-content/8 px-1.5 py-0.5 text-[0.8125rem]/5"><bdi>{tag}</bdi></li> })
        .collect_view();
    Some(view! { <ul class="flex flex-wrap gap-1" aria-label="Tags">{tags}</ul> }.into_any())
}

/// A box for each role. Admins have one like the others: who manages a document needn't read it.
#[component]
pub fn RolesField(
    /// The roles that are ticked.
    checked: Vec<Role>,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let roles = READER_ROLES.into_iter().enumerate();
    let boxes = roles
        .map(|(index, role)| {
            let id = if index == 0 { "roles".to_owned() } else { format!("roles-{}", role.as_str()) };
            view! {
                <Checkbox
                    label=plural(role)
                    name=format!("roles[{}]", role.as_str())
                    id=id
                    value="on"
                    checked=checked.contains(&role)
                />
            }
        })
        .collect_view();
    view! {
        <fieldset class="min-w-0">
            <legend class="font-semibold">"Who may see it"</legend>
            <p class="text-[0.9375rem]/6 text-muted">
                "In the list, in search and in answers. Admins manage every document; they read it only if they are ticked."
            </p>
            <p class="flex items-start gap-1.5 font-medium text-error" class:hidden=move || error.with(Option::is_none)>
                <span class="mt-1">{Icon::AlertCircle.small()}</span>
                {move || error.get()}
            </p>
            <input type="hidden" name=format!("roles[{BOXES_SHOWN}]") value="on" />
            <div class="flex flex-col sm:flex-row sm:flex-wrap sm:gap-x-6">{boxes}</div>
        </fieldset>
    }
    .into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::audience;
    use crate::{
        accounts::role::Role,
        ids::{DocumentId, TenantId},
        knowledge::{
            document::{FileType, ProcessingStatus},
            record::DocumentRow,
        },
    };

    fn kept_to(allowed_roles: Option<Vec<Role>>) -> String {
        audience(&DocumentRow {
            tenant_id: TenantId::generate(),
            id: DocumentId::generate(),
            title: "Medication policy".into(),
            file_type: FileType::Pdf,
            version: 1,
            tags: Vec::new(),
            allowed_roles,
            status: ProcessingStatus::Completed,
            error_message: None,
            is_readable: true,
            chunk_count: 1,
            embedded_count: 0,
            archived_at: None,
            updated_at: chrono::Utc::now(),
        })
    }

    #[test]
    fn who_may_read_is_told_in_words() {
        assert_eq!(kept_to(None), "Everybody");
        assert_eq!(kept_to(Some(vec![Role::CompanyAdmin])), "Admins only");
        assert_eq!(kept_to(Some(vec![Role::TeamLead])), "Team leads only");
        assert_eq!(kept_to(Some(vec![Role::Viewer, Role::CompanyAdmin])), "Viewers and admins");
        assert_eq!(
            kept_to(Some(vec![Role::FrontlineWorker, Role::TeamLead, Role::CompanyAdmin])),
            "Support workers, team leads and admins"
        );
    }
}
