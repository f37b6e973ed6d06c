//! A list with a search, archived ones on demand, page by page: what its address says, and what stands
//! around it.

use super::{Button, ButtonVariant, Pagination, SearchField};
use crate::address::encode;
use leptos::{html, prelude::*};
use leptos_router::{components::Form, params::ParamsMap};
use std::{fmt::Display, str::FromStr};

/// What the address says about the list; unknown or broken values count as not set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListState<Id> {
    pub search: String,
    /// Whether archived ones are asked for.
    pub archived: bool,
    /// The row that the page comes after.
    pub after: Option<Id>,
}

impl<Id> Default for ListState<Id> {
    fn default() -> Self {
        Self { search: String::new(), archived: false, after: None }
    }
}

impl<Id: FromStr + Display + Copy> ListState<Id> {
    /// Reads the part of the address after the question mark.
    pub fn read(query: &ParamsMap) -> Self {
        Self {
            search: query.get_str("q").unwrap_or_default().trim().to_owned(),
            archived: query.get_str("archived") == Some("1"),
            after: query.get_str("after").and_then(|id| id.parse().ok()),
        }
    }

    /// The address of the list at `path` in this state.
    pub fn href(&self, path: &str) -> String {
        let set: Vec<_> = [
            (!self.search.is_empty()).then(|| format!("q={}", encode(&self.search))),
            self.archived.then(|| "archived=1".to_owned()),
            self.after.map(|id| format!("after={id}")),
        ]
        .into_iter()
        .flatten()
        .collect();
        if set.is_empty() { path.to_owned() } else { format!("{path}?{}", set.join("&")) }
    }

    /// The same list without its search, from the start.
    pub fn without_search(&self) -> Self {
        Self { search: String::new(), after: None, ..*self }
    }

    /// The same list after another row.
    pub fn from_row(&self, after: Option<Id>) -> Self {
        Self { search: self.search.clone(), archived: self.archived, after }
    }
}

/// The search of the list at `path`, and the link between archived ones and the others: its words to get
/// the archived ones, and to get rid of them.
pub fn list_controls<Id>(
    state: Memo<ListState<Id>>,
    path: String,
    label: &'static str,
    words: (&'static str, &'static str),
) -> AnyView
where
    Id: FromStr + Display + Copy + Send + Sync + PartialEq + 'static,
{
    let search = Signal::derive(move || state.with(|state| state.search.clone()));
    let archived = Signal::derive(move || state.with(|state| state.archived));
    let place = path.clone();
    let toggle = Signal::derive(move || {
        let ListState { search, archived, .. } = state.get();
        ListState::<Id> { search, archived: !archived, after: None }.href(&place)
    });
    view! { <ListControls path label words search archived toggle /> }.into_any()
}

#[component]
fn ListControls(
    path: String,
    label: &'static str,
    words: (&'static str, &'static str),
    search: Signal<String>,
    archived: Signal<bool>,
    toggle: Signal<String>,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    // The field keeps its own text, so a link that drops the search has to empty it.
    Effect::watch(
        move || search.get(),
        move |search, _, _| {
            if let Some(input) = field.get_untracked() {
                input.set_value(search);
            }
        },
        false,
    );
    view! {
        <div class="flex flex-wrap items-center gap-x-6 gap-y-2">
            <Form
                method="get"
                action=path
                attr:role="search"
                attr:class="flex w-full min-w-0 gap-2 sm:w-auto sm:max-w-md sm:flex-1"
            >
                <div class="min-w-0 flex-1">
                    <SearchField label value=search.get_untracked() node_ref=field />
                </div>
                {move || archived.get().then(|| view! { <input type="hidden" name="archived" value="1" /> })}
                <Button variant=ButtonVariant::Secondary>"Search"</Button>
            </Form>
            <a class="text-link inline-flex min-h-11 items-center" href=toggle>
                {move || if archived.get() { words.1 } else { words.0 }}
            </a>
        </div>
    }
}

/// The way to the page after this one, whose last row is `next`, and from a later page back to the first.
pub fn list_pages<Id>(state: &ListState<Id>, next: Option<Id>, path: &str) -> AnyView
where
    Id: FromStr + Display + Copy,
{
    let first = state.after.map(|_| state.from_row(None).href(path));
    let next = next.map(|id| state.from_row(Some(id)).href(path));
    view! { <Pagination nostrip:first=first nostrip:next=next /> }.into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::ListState;
    use crate::ids::ParticipantId;
    use leptos_router::params::ParamsMap;

    type State = ListState<ParticipantId>;

    #[test]
    fn the_address_holds_what_is_set_and_nothing_else() {
        assert_eq!(State::default().href("/banksia/participants"), "/banksia/participants");
        let id = ParticipantId::generate();
        let state = State { search: "o'n & co".into(), archived: true, after: Some(id) };
        let expected = format!("/banksia/participants?q=o%27n%20%26%20co&archived=1&after={id}");
        assert_eq!(state.href("/banksia/participants"), expected);
        assert_eq!(state.without_search().href("/p"), "/p?archived=1");
        assert_eq!(state.from_row(None).href("/p"), "/p?q=o%27n%20%26%20co&archived=1");
    }

    #[test]
    fn a_broken_address_shows_the_whole_list() {
        let query: ParamsMap = [("q", "  "), ("archived", "yes"), ("after", "there")]
            .map(|(name, value)| (name, value.to_owned()))
            .into_iter()
            .collect();
        assert_eq!(State::read(&query), State::default());
    }
}
