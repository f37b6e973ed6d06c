//! The frame around every page: `AppFrame` for the product, `NarrowFrame` for the wizard, `AuthFrame` for signing in.

mod auth_frame;
mod narrow_frame;
mod tenant_switcher;

pub use auth_frame::AuthFrame;
pub use narrow_frame::NarrowFrame;

use leptos::{children::ViewFn, html, prelude::*};
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize};

use super::{badge::CountBadge, icon::Icon};
use tenant_switcher::TenantSwitcher;

/// A place in the navigation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NavItem {
    /// Its name; at most two short words for a place `on_phone`.
    pub label: String,
    /// Its address, from the root.
    pub href: String,
    /// Its icon.
    pub icon: Icon,
    /// How many things wait there.
    pub badge: Option<u32>,
    /// One of the at most four places in a phone's bottom bar.
    pub on_phone: bool,
    /// What the place belongs to; places of a group stand together.
    pub group: NavGroup,
}

/// What places of the navigation belong to, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum NavGroup {
    /// Everyday work; stands without a heading.
    Work,
    /// What the organisation is and who belongs to it.
    Organisation,
    /// AI: what it is asked, who answers, what it costs.
    Ai,
    /// What is going on behind the pages.
    System,
}

impl NavGroup {
    const ALL: [Self; 4] = [Self::Work, Self::Organisation, Self::Ai, Self::System];

    const fn heading(self) -> Option<&'static str> {
        match self {
            Self::Work => None,
            Self::Organisation => Some("Organisation"),
            Self::Ai => Some("AI"),
            Self::System => Some("System"),
        }
    }
}

/// What the frame says: where the person is, who they are, and where they may go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameModel {
    /// The organisation's name.
    pub tenant_name: String,
    /// The organisation's slug: the first part of every address.
    pub tenant_slug: String,
    /// The person's name.
    pub person_name: String,
    /// Their role here, in words.
    pub role_label: String,
    /// Every organisation the person works for: name and address.
    pub tenants: Vec<(String, String)>,
    /// The places this role may see, in order.
    pub nav: Vec<NavItem>,
}

impl FrameModel {
    /// The place that a path belongs to: the longest address that it starts with.
    fn current(&self, path: &str) -> Option<usize> {
        let home = format!("/{}", self.tenant_slug);
        let path = path.trim_end_matches('/');
        self.nav
            .iter()
            .enumerate()
            .filter(|(_, item)| {
                let href = item.href.trim_end_matches('/');
                path == href || (href != home && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
            })
            .max_by_key(|(_, item)| item.href.len())
            .map(|(index, _)| index)
    }
}

/// The frame of the product: a rail on a desktop, a top and a bottom bar on a phone.
#[component]
pub fn AppFrame(
    model: FrameModel,
    /// The form that signs out; rendered in the rail and in the phone's menu.
    #[prop(into)]
    sign_out: ViewFn,
    /// A live count for the place with the bell; takes the place of its `badge`.
    #[prop(optional, into)]
    unread: Signal<Option<u32>>,
    /// The person's own page.
    #[prop(optional, into)]
    account_href: Option<String>,
    children: Children,
) -> impl IntoView {
    let path = use_location().pathname;
    let places = model.clone();
    let current = Memo::new(move |_| path.with(|path| places.current(path)));
    let person = PersonModel { name: model.person_name.clone(), role: model.role_label.clone(), href: account_href };
    let rail = view! {
        <header class="no-print sticky top-0 hidden h-dvh flex-col gap-2 border-r border-base-300 bg-base-100 p-3 lg:flex">
            <TenantSwitcher model=model.clone() />
            <nav aria-label="Main" class="min-h-0 flex-1 overflow-y-auto py-2">
                {rail_groups(&model, current, unread)}
            </nav>
            {person_view(&person, &sign_out)}
        </header>
    }
    .into_any();
    view! {
        <div class="min-h-dvh [--bottom-bar:calc(4rem+env(safe-area-inset-bottom))] lg:grid lg:grid-cols-[16rem_minmax(0,1fr)] lg:[--bottom-bar:0px]">
            <a class="skip-link" href="#main" rel="external">
                "Skip to the main content"
            </a>
            {rail}
            <div class="min-w-0">
                <PhoneBar model=model.clone() current=current unread=unread person=person sign_out=sign_out />
                <main
                    id="main"
                    tabindex="-1"
                    class="clears-bottom-bar mx-auto w-full max-w-[75rem] px-4 pt-4 sm:px-6 lg:px-8 lg:pt-8"
                >
                    {children()}
                </main>
            </div>
            {bottom_bar(&model, current, unread)}
        </div>
    }
    .into_any()
}

fn rail_groups(model: &FrameModel, current: Memo<Option<usize>>, unread: Signal<Option<u32>>) -> AnyView {
    NavGroup::ALL
        .into_iter()
        .filter(|group| model.nav.iter().any(|item| item.group == *group))
        .map(|group| {
            let heading = group.heading().map(|words| {
                view! { <h2 class="px-3 pt-4 pb-1 text-sm font-semibold text-muted">{words}</h2> }
            });
            view! {
                {heading}
                <ul class="space-y-0.5">{rail_items(model, group, current, unread)}</ul>
            }
            .into_any()
        })
        .collect_view()
        .into_any()
}

fn rail_items(
    model: &FrameModel,
    group: NavGroup,
    current: Memo<Option<usize>>,
    unread: Signal<Option<u32>>,
) -> AnyView {
    model
        .nav
        .iter()
        .cloned()
        .enumerate()
        .filter(|(_, item)| item.group == group)
        .map(|(index, item)| {
            let count = live_count(&item, unread);
            view! {
                <li>
                    <a
                        href=item.href
                        aria-current=move || (current.get() == Some(index)).then_some("page")
                        class="flex min-h-11 items-center gap-3 rounded-field px-3 font-medium text-muted hover:bg-base-content/5 hover:text-base-content aria-[current=page]:bg-primary/10 aria-[current=page]:font-semibold aria-[current=page]:text-primary lg:min-h-10"
                    >
                        {item.icon.view()}
                        <span class="flex-1">{item.label}</span>
                        <CountBadge count=count what=count_name(item.icon) />
                    </a>
                </li>
            }
            .into_any()
        })
        .collect_view()
        .into_any()
}

fn bottom_bar(model: &FrameModel, current: Memo<Option<usize>>, unread: Signal<Option<u32>>) -> AnyView {
    let items = model
        .nav
        .iter()
        .cloned()
        .enumerate()
        .filter(|(_, item)| item.on_phone)
        .take(4)
        .map(|(index, item)| {
            let count = live_count(&item, unread);
            view! {
                <li class="min-w-0 flex-1">
                    <a
                        href=item.href
                        aria-current=move || (current.get() == Some(index)).then_some("page")
                        class="relative flex h-16 flex-col items-center justify-start gap-0.5 pt-1.5 border-t-2 border-transparent text-xs/4 font-medium text-muted aria-[current=page]:border-primary aria-[current=page]:font-semibold aria-[current=page]:text-primary"
                    >
                        {item.icon.sized("size-6")}
                        <span class="line-clamp-2 px-1 text-center leading-3.5">{item.label}</span>
                        <span class="absolute top-1 left-1/2 ml-1.5">
                            <CountBadge count=count what=count_name(item.icon) />
                        </span>
                    </a>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <nav
            aria-label="Places"
            class="fixed inset-x-0 bottom-0 z-30 border-t border-base-300 bg-base-100 pb-[env(safe-area-inset-bottom)] lg:hidden"
        >
            <ul class="flex">{items}</ul>
        </nav>
    }
    .into_any()
}

fn live_count(item: &NavItem, unread: Signal<Option<u32>>) -> Signal<u32> {
    let fixed = item.badge.unwrap_or_default();
    if item.icon == Icon::Bell { Signal::derive(move || unread.get().unwrap_or(fixed)) } else { fixed.into() }
}

fn count_name(icon: Icon) -> &'static str {
    if icon == Icon::Bell { "unread" } else { "waiting" }
}

#[derive(Clone)]
struct PersonModel {
    name: String,
    role: String,
    href: Option<String>,
}

fn person_view(person: &PersonModel, sign_out: &ViewFn) -> AnyView {
    let PersonModel { name, role, href } = person.clone();
    let words = view! {
        <span class="block truncate font-medium">{name}</span>
        <span class="block truncate text-sm text-muted">{role}</span>
    };
    let person = match href {
        Some(href) => view! {
            <a href=href class="block min-w-0 flex-1 rounded-field px-3 py-1.5 hover:bg-base-content/5">
                {words}
            </a>
        }
        .into_any(),
        None => view! { <div class="min-w-0 flex-1 px-3 py-1.5">{words}</div> }.into_any(),
    };
    view! { <div class="flex items-center gap-1 border-t border-base-300 pt-3 lg:flex-col lg:items-stretch">{person} {sign_out.run()}</div> }
        .into_any()
}

/// The phone's top bar: the organisation's name, which a `PageHeader` covers with its title, and the menu with all places.
#[component]
fn PhoneBar(
    model: FrameModel,
    current: Memo<Option<usize>>,
    unread: Signal<Option<u32>>,
    person: PersonModel,
    sign_out: ViewFn,
) -> impl IntoView {
    let menu = NodeRef::<html::Details>::new();
    let path = use_location().pathname;
    // The frame outlives a change of page, so the menu has to be closed after one.
    Effect::new(move |_| {
        path.track();
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    });
    // Erased on their own: nested in one type they would go past the compiler's depth limit.
    let panel = view! {
        <div class="fixed inset-x-0 top-14 bottom-0 flex flex-col gap-3 overflow-y-auto bg-base-100 p-4 pb-[calc(1rem+env(safe-area-inset-bottom))]">
            <TenantSwitcher model=model.clone() />
            <nav aria-label="All places" class="flex-1">
                {rail_groups(&model, current, unread)}
            </nav>
            {person_view(&person, &sign_out)}
        </div>
    }
    .into_any();
    view! {
        <header class="no-print sticky top-0 z-10 flex h-14 items-center border-b border-base-300 bg-base-100 pr-16 pl-4 font-semibold sm:pl-6 lg:hidden">
            <span class="truncate">{model.tenant_name.clone()}</span>
        </header>
        <details node_ref=menu class="no-print group fixed top-0 right-0 z-40 lg:hidden">
            <summary class="flex size-14 items-center justify-center text-base-content" aria-label="Menu">
                <span class="group-open:hidden">{Icon::Menu.sized("size-6")}</span>
                <span class="hidden group-open:block">{Icon::Close.sized("size-6")}</span>
            </summary>
            {panel}
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(hrefs: &[&str]) -> FrameModel {
        FrameModel {
            tenant_name: "Banksia".to_owned(),
            tenant_slug: "banksia".to_owned(),
            person_name: "Mai".to_owned(),
            role_label: "Support worker".to_owned(),
            tenants: Vec::new(),
            nav: hrefs
                .iter()
                .map(|href| NavItem {
                    label: (*href).to_owned(),
                    href: (*href).to_owned(),
                    icon: Icon::Home,
                    badge: None,
                    on_phone: true,
                    group: NavGroup::Work,
                })
                .collect(),
        }
    }

    #[test]
    fn one_place_is_current() {
        let model = model(&["/banksia", "/banksia/incidents", "/banksia/incidents/new"]);
        assert_eq!(model.current("/banksia"), Some(0));
        assert_eq!(model.current("/banksia/"), Some(0));
        assert_eq!(model.current("/banksia/incidents/42"), Some(1));
        assert_eq!(model.current("/banksia/incidents/new"), Some(2));
        assert_eq!(model.current("/banksia/incidents-archive"), None);
        assert_eq!(model.current("/banksia/chat"), None);
    }
}
