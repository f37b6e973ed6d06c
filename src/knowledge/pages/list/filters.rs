//! What is searched and what narrows the list, all in the address.

use super::Shown;
use crate::{
    address::encode,
    ids::DocumentId,
    knowledge::{document::FileType, filter::StatusFilter, paths, reading::SearchForm},
    tenants::tenant::TenantSlug,
    ui::{Button, ButtonVariant, DateTimeField, Disclosure, ErrorSummary, SearchField, SelectField},
};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

/// What the address says about the page; unknown or broken values count as not set.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ListState {
    pub form: SearchForm,
    /// A [`StatusFilter`]; of the list only.
    pub status: String,
    pub after: Option<DocumentId>,
}

impl ListState {
    pub fn read(query: &ParamsMap) -> Self {
        let value = |name| query.get_str(name).unwrap_or_default().trim().to_owned();
        Self {
            form: SearchForm { q: value("q"), tag: value("tag"), file_type: value("file_type"), since: value("since") },
            status: value("status"),
            after: query.get_str("after").and_then(|id| id.parse().ok()),
        }
    }

    /// The address of the page in this state.
    pub fn href(&self, tenant: &TenantSlug) -> String {
        let after = self.after.map(|id| id.to_string()).unwrap_or_default();
        let SearchForm { q, tag, file_type, since } = &self.form;
        let set: Vec<_> = [
            ("q", q),
            ("tag", tag),
            ("file_type", file_type),
            ("since", since),
            ("status", &self.status),
            ("after", &after),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .collect();
        let path = paths::list(tenant);
        if set.is_empty() { path } else { format!("{path}?{}", set.join("&")) }
    }

    /// Whether anything but words narrows what is shown.
    pub fn is_filtered(&self) -> bool {
        let SearchForm { tag, file_type, since, .. } = &self.form;
        [tag, file_type, since, &self.status].into_iter().any(|value| !value.is_empty())
    }

    /// Whether anything narrows what is shown, the page of a long list included.
    pub fn is_narrowed(&self) -> bool {
        self.is_filtered() || self.after.is_some() || !self.form.q.is_empty()
    }

    /// The same words without filters, from the first page.
    pub fn without_filters(&self) -> Self {
        Self { form: SearchForm { q: self.form.q.clone(), ..SearchForm::default() }, ..Self::default() }
    }
}

/// A plain form: the browser loads its address, so the fields always say what is shown.
pub fn filter_form(tenant: &TenantSlug, state: &ListState, shown: &Shown) -> AnyView {
    let list = shown.list();
    let SearchForm { q, tag, file_type, .. } = state.form.clone();
    let tags = list
        .tags
        .iter()
        .map(|count| (count.tag.clone(), format!("{} ({})", count.tag, count.documents)))
        .collect::<Vec<_>>();
    let types: Vec<_> = FileType::ALL.iter().map(|one| (one.as_str().to_owned(), one.label().to_owned())).collect();
    let error = state.form.since().err();
    let errors = error.as_ref().map(|error| error.fields()).unwrap_or_default();
    let third = match shown {
        Shown::Found(_) => {
            let error = Signal::stored(error.as_ref().and_then(|error| error.at("since")));
            let since = state.form.since.clone();
            view! { <DateTimeField label="Changed since" name="since" value=since date_only=true error /> }.into_any()
        }
        Shown::Documents(list) if list.may_edit => {
            let states: Vec<_> =
                StatusFilter::ALL.iter().map(|one| (one.as_str().to_owned(), one.label().to_owned())).collect();
            view! {
                <SelectField label="State" name="status" options=states value=state.status.clone() blank="All but archived" />
            }
            .into_any()
        }
        Shown::Documents(_) => ().into_any(),
    };
    let is_open = state.is_filtered();
    view! {
        <ErrorSummary errors=move || errors.clone() />
        <form method="get" action=paths::list(tenant) role="search" autocomplete="off" class="space-y-1">
            <div class="flex gap-2">
                <div class="min-w-0 flex-1 sm:max-w-xl">
                    <SearchField label="Search the documents" value=q />
                </div>
                <Button variant=ButtonVariant::Secondary>"Search"</Button>
            </div>
            <Disclosure summary="Filter" open=is_open>
                <div class="grid gap-4 pt-2 sm:grid-cols-2 lg:grid-cols-3">
                    <SelectField label="Tag" name="tag" options=tags value=tag blank="All tags" />
                    <SelectField label="Type" name="file_type" options=types value=file_type blank="All types" />
                    {third}
                </div>
                <div class="mt-4">
                    <Button variant=ButtonVariant::Secondary>"Show the documents"</Button>
                </div>
            </Disclosure>
        </form>
    }
    .into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::ListState;
    use crate::{ids::DocumentId, knowledge::reading::SearchForm};
    use leptos_router::params::ParamsMap;

    #[test]
    fn the_address_holds_what_is_set_and_nothing_else() {
        let tenant = "banksia".parse().expect("a slug");
        assert_eq!(ListState::default().href(&tenant), "/banksia/knowledge");
        let id = DocumentId::generate();
        let state = ListState {
            form: SearchForm { q: "on call & after".into(), tag: "medication".into(), ..SearchForm::default() },
            status: "failed".into(),
            after: Some(id),
        };
        assert_eq!(
            state.href(&tenant),
            format!("/banksia/knowledge?q=on%20call%20%26%20after&tag=medication&status=failed&after={id}")
        );
        assert_eq!(state.without_filters().href(&tenant), "/banksia/knowledge?q=on%20call%20%26%20after");
    }

    #[test]
    fn a_broken_address_shows_everything() {
        let query: ParamsMap =
            [("q", "  "), ("after", "there")].map(|(name, value)| (name, value.to_owned())).into_iter().collect();
        assert_eq!(ListState::read(&query), ListState::default());
    }
}
