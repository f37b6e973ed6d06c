//! The shell of every page, what surrounds pages of a tenant, and the route table.

use crate::{
    accounts::{
        api::{SignOut, get_viewer},
        pages::{
            AccountHelpPage, AccountPage, ForgotPasswordPage, JoinPage, LandingPage, ResetPasswordPage,
            SecondFactorPage, SignInCodePage, SignInPage, TenantsPage,
        },
        permission::Permission,
        viewer::Viewer,
    },
    analysis::pages::AnalysisPage,
    audit::pages::AuditPage,
    chat::pages::{ConversationPage, HistoryPage, ManagePage, NewConversationPage},
    clarification::pages::ClarificationPage,
    connections::pages::ConnectionsPage,
    dashboards::pages::{DashboardPage, HomePage},
    data_requests::pages::{DataRequestListPage, DataRequestPage, NewDataRequestPage, NewHoldPage},
    debug_log::pages::LogPage,
    error::AppError,
    incidents::pages::{
        EditDetailsPage, IncidentListPage, IncidentRecordPage, NarrativePage, NewIncidentPage, ReviewPage, SubmitPage,
    },
    jobs::pages::JobListPage,
    knowledge::pages::{
        ArticleEditPage, DocumentEditPage, DocumentPage, GapListPage, KnowledgePage, NewArticlePage, PassagePage,
    },
    notifications::pages::NotificationListPage,
    participants::pages::{NewParticipantPage, ParticipantEditPage, ParticipantListPage},
    people::pages::{InvitePage, PeoplePage, PersonPage},
    prompts::pages::{ComparePage, NewVersionPage, PromptListPage, StepPage, TrialPage, TryOutPage, VersionPage},
    providers::pages::{AiSettingsPage, NewProviderPage, ProviderEditPage},
    sites::pages::{NewSitePage, SiteEditPage, SiteListPage},
    tenants::{
        banners::banners,
        pages::{NewOrganisationPage, OrganisationPage, SettingsPage},
        tenant::TenantSlug,
    },
    ui::{AppFrame, ErrorPage, FrameModel, Icon, NavGroup, NavItem},
    usage::pages::UsagePage,
};
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Route, Router, Routes},
    hooks::{use_location, use_params_map},
    path,
};

/// The HTML around the app.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en-AU" data-address=address_of_page()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="preload" href="/fonts/inter-latin-wght-normal.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous" />
                <HashedStylesheet id="leptos" options=options.clone() />
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
                {reference_of_page().map(|(reference, path)| view! { <meta name="reference" content=reference data-path=path /> })}
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The path and query that this page was made for.
fn address_of_page() -> Option<String> {
    #[cfg(feature = "ssr")]
    {
        let parts = use_context::<http::request::Parts>()?;
        Some(parts.uri.path_and_query()?.as_str().to_owned())
    }
    #[cfg(not(feature = "ssr"))]
    None
}

/// Whoever goes back or forward before the page's code has arrived looks at one page under the address of another:
/// loads it again and says so. Only once for an address, in case something between server and browser changes them.
#[cfg(feature = "hydrate")]
pub fn loads_again() -> bool {
    const LOADED_AGAIN: &str = "loaded-again";
    let location = window().location();
    let Ok(address) = location.pathname().and_then(|path| Ok(path + &location.search()?)) else { return false };
    let made_for = document().document_element().and_then(|page| page.get_attribute("data-address"));
    let Ok(Some(memory)) = window().session_storage() else { return false };
    if made_for.is_none_or(|made_for| made_for == address) {
        let _ = memory.remove_item(LOADED_AGAIN);
        return false;
    }
    let is_first_time = memory.get_item(LOADED_AGAIN).is_ok_and(|before| before.as_ref() != Some(&address));
    is_first_time && memory.set_item(LOADED_AGAIN, &address).is_ok() && location.reload().is_ok()
}

/// The reference of the request that made this page, and its path: what an error page tells, in the browser
/// as on the server.
fn reference_of_page() -> Option<(String, String)> {
    #[cfg(feature = "ssr")]
    {
        let trace = crate::platform::trace::current()?;
        let parts = use_context::<http::request::Parts>()?;
        Some((trace.id().reference(), parts.uri.path().to_owned()))
    }
    #[cfg(not(feature = "ssr"))]
    None
}

/// The app: its routes.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|title: String| if title.is_empty() { "SupportSignal".to_owned() } else { format!("{title} - SupportSignal") } />
        <Router>
            <Routes fallback=|| view! { <NotFound /> }>
                <Route path=path!("/") view=LandingPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in/code") view=SignInCodePage ssr=SsrMode::Async />
                <Route path=path!("/second-factor") view=SecondFactorPage ssr=SsrMode::Async />
                <Route path=path!("/join") view=JoinPage ssr=SsrMode::Async />
                <Route path=path!("/forgot-password") view=ForgotPasswordPage ssr=SsrMode::Async />
                <Route path=path!("/reset-password") view=ResetPasswordPage ssr=SsrMode::Async />
                <ParentRoute path=path!("/:tenant") view=TenantGate ssr=SsrMode::Async>
                    <Route path=path!("incidents/new") view=NewIncidentPage />
                    <Route path=path!("incidents/:id/details") view=EditDetailsPage />
                    <Route path=path!("incidents/:id/narrative") view=NarrativePage />
                    <Route path=path!("incidents/:id/clarify/:phase") view=ClarificationPage />
                    <Route path=path!("incidents/:id/review") view=ReviewPage />
                    <Route path=path!("incidents/:id/submit") view=SubmitPage />
                    <ParentRoute path=path!("") view=FramedPages ssr=SsrMode::Async>
                        <Route path=path!("") view=HomePage />
                        <Route path=path!("dashboard") view=DashboardPage />
                        <Route path=path!("incidents") view=IncidentListPage />
                        <Route path=path!("incidents/:id") view=IncidentRecordPage />
                        <Route path=path!("incidents/:id/analysis") view=AnalysisPage />
                        <Route path=path!("chat") view=NewConversationPage />
                        <Route path=path!("chat/history") view=HistoryPage />
                        <Route path=path!("chat/:id") view=ConversationPage />
                        <Route path=path!("chat/:id/manage") view=ManagePage />
                        <Route path=path!("notifications") view=NotificationListPage />
                        <Route path=path!("participants") view=ParticipantListPage />
                        <Route path=path!("participants/new") view=NewParticipantPage />
                        <Route path=path!("participants/:id") view=ParticipantEditPage />
                        <ParentRoute path=path!("knowledge") view=Outlet>
                            <Route path=path!("") view=KnowledgePage />
                            <Route path=path!("gaps") view=GapListPage />
                            <Route path=path!("articles/new") view=NewArticlePage />
                            <Route path=path!(":id") view=DocumentPage />
                            <Route path=path!(":id/edit") view=DocumentEditPage />
                            <Route path=path!(":id/article") view=ArticleEditPage />
                            <Route path=path!(":id/passages/:chunk") view=PassagePage />
                        </ParentRoute>
                        <Route path=path!("sites") view=SiteListPage />
                        <Route path=path!("sites/new") view=NewSitePage />
                        <Route path=path!("sites/:id") view=SiteEditPage />
                        <Route path=path!("people") view=PeoplePage />
                        <Route path=path!("people/invite") view=InvitePage />
                        <Route path=path!("people/:id") view=PersonPage />
                        <Route path=path!("ai") view=AiSettingsPage />
                        <Route path=path!("ai/providers/new") view=NewProviderPage />
                        <Route path=path!("ai/providers/:id") view=ProviderEditPage />
                        <Route path=path!("usage") view=UsagePage />
                        <Route path=path!("jobs") view=JobListPage />
                        <Route path=path!("audit") view=AuditPage />
                        <Route path=path!("log") view=LogPage />
                        <Route path=path!("connections") view=ConnectionsPage />
                        <ParentRoute path=path!("prompts") view=Outlet>
                            <Route path=path!("") view=PromptListPage />
                            <Route path=path!(":step") view=StepPage />
                            <Route path=path!(":step/new") view=NewVersionPage />
                            <Route path=path!(":step/compare") view=ComparePage />
                            <Route path=path!(":step/versions/:id") view=VersionPage />
                            <Route path=path!(":step/versions/:id/try") view=TryOutPage />
                            <Route path=path!(":step/trials/:id") view=TrialPage />
                        </ParentRoute>
                        <ParentRoute path=path!("organisations") view=Outlet>
                            <Route path=path!("") view=TenantsPage />
                            <Route path=path!("new") view=NewOrganisationPage />
                            <Route path=path!(":slug") view=OrganisationPage />
                        </ParentRoute>
                        <Route path=path!("settings") view=SettingsPage />
                        <ParentRoute path=path!("data-requests") view=Outlet>
                            <Route path=path!("") view=DataRequestListPage />
                            <Route path=path!("new") view=NewDataRequestPage />
                            <Route path=path!("holds/new") view=NewHoldPage />
                            <Route path=path!(":id") view=DataRequestPage />
                        </ParentRoute>
                        <Route path=path!("account") view=AccountPage />
                        <Route path=path!("account-help") view=AccountHelpPage />
                    </ParentRoute>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Nothing lives at this address.
#[component]
fn NotFound() -> impl IntoView {
    view! {
        <Title text="Not found" />
        <main id="main" class="px-4">
            <ErrorPage error=AppError::NotFound />
        </main>
    }
}

/// How many notifications the person has not read; live in the browser.
#[derive(Clone, Copy)]
struct Unread(RwSignal<u32>);

impl Unread {
    fn of(viewer: &Viewer) -> u32 {
        u32::try_from(viewer.unread_notifications).unwrap_or(u32::MAX)
    }
}

/// Counts the unread notifications again, after something that changes them.
pub fn refresh_unread() {
    if let (Some(Unread(unread)), Some(viewer)) = (use_context(), use_context::<Viewer>()) {
        count_again(unread, viewer.member.tenant);
    }
}

#[cfg(feature = "hydrate")]
fn count_again(unread: RwSignal<u32>, tenant: TenantSlug) {
    leptos::task::spawn_local(async move {
        if let Ok(viewer) = get_viewer(tenant).await {
            unread.try_set(Unread::of(&viewer));
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn count_again(_unread: RwSignal<u32>, _tenant: TenantSlug) {}

/// The person in front of a page below `/{tenant}`.
pub fn use_viewer() -> Viewer {
    expect_context::<Viewer>()
}

/// The tenant of the address. Addresses that name none lead to "not found" before a page asks.
pub fn use_tenant() -> Memo<Option<TenantSlug>> {
    let params = use_params_map();
    Memo::new(move |_| params.read().get("tenant").and_then(|slug| slug.parse().ok()))
}

/// Everything below `/{tenant}`: signed in, a member, or not at all.
#[component]
fn TenantGate() -> impl IntoView {
    let tenant = use_tenant();
    let viewer = Resource::new_blocking(
        move || tenant.get(),
        |tenant| async move {
            match tenant {
                Some(tenant) => get_viewer(tenant).await,
                None => Err(AppError::NotFound),
            }
        },
    );
    view! {
        <Transition>
            // Another organisation is another document, so nothing here changes while it is shown.
            {Suspend::new(async move {
                match viewer.await {
                    Ok(viewer) => {
                        provide_context(Unread(RwSignal::new(Unread::of(&viewer))));
                        let (banners, accent) = (banners(&viewer), viewer.branding.accent.as_str());
                        provide_context(viewer);
                        let page = view! { <Outlet /> }.into_any();
                        // The server would make the page, and ask for its data, once for each time
                        // that it looks whether it is ready. Resolved, it is made once. A route is a
                        // future of its own, and the frame is one around its pages: so twice.
                        #[cfg(feature = "ssr")]
                        let page = page.resolve().await.resolve().await;
                        view! { <div data-accent=accent>{banners} {page}</div> }.into_any()
                    }
                    Err(AppError::SignedOut) => {
                        view! { <LedAway to="/sign-in?next=" words="Sign in to go on" /> }.into_any()
                    }
                    Err(AppError::SecondFactorNeeded) => {
                        view! {
                            <LedAway to="/second-factor?required=1&next=" words="Set up two-step sign-in to go on" />
                        }
                            .into_any()
                    }
                    Err(error) => {
                        view! {
                            <Title text="SupportSignal" />
                            <main id="main" class="px-4">
                                <ErrorPage error />
                            </main>
                        }
                            .into_any()
                    }
                }
            })}
        </Transition>
    }
}

/// Leads to a page that comes first, and from there back here.
#[component]
fn LedAway(to: &'static str, words: &'static str) -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    let target = format!("{to}{path}");
    #[cfg(feature = "ssr")]
    leptos_axum::redirect(&target);
    #[cfg(feature = "hydrate")]
    {
        let navigate = leptos_router::hooks::use_navigate();
        let target = target.clone();
        Effect::new(move |_| navigate(&target, leptos_router::NavigateOptions::default()));
    }
    view! {
        <main id="main" class="px-4 py-8">
            <p><a class="link" href=target>{words}</a></p>
        </main>
    }
}

/// The pages inside the product's frame.
#[component]
fn FramedPages() -> impl IntoView {
    let viewer = use_viewer();
    let tenant = viewer.member.tenant.clone();
    let Unread(unread) = expect_context();
    // Opening a report reads what was said about it, so every page is a reason to count again.
    let path = use_location().pathname;
    let slug = tenant.clone();
    Effect::new(move |seen: Option<String>| {
        let path = path.get();
        if seen.is_some_and(|seen| seen != path) {
            count_again(unread, slug.clone());
        }
        path
    });
    let account_href = format!("/{tenant}/account");
    view! {
        <AppFrame
            model=frame_model(&viewer)
            unread=Signal::derive(move || Some(unread.get()))
            account_href=account_href
            sign_out=|| {
                let action = ServerAction::<SignOut>::new();
                view! {
                    <ActionForm action=action>
                        <button type="submit" class="btn btn-ghost btn-sm w-full justify-start gap-2">
                            {Icon::LogOut.view()}
                            "Sign out"
                        </button>
                    </ActionForm>
                }
            }
        >
            <Outlet />
        </AppFrame>
    }
}

/// The places that the person's role may see, in order.
fn frame_model(viewer: &Viewer) -> FrameModel {
    let member = &viewer.member;
    let tenant = &member.tenant;
    let may = |permission| member.role.may(permission);
    let sees_reports = may(Permission::ReportIncidents) || may(Permission::ReadAllIncidents);
    let item = |label: &str, path: &str, icon: Icon, group: NavGroup| NavItem {
        label: label.to_owned(),
        href: if path.is_empty() { format!("/{tenant}") } else { format!("/{tenant}/{path}") },
        icon,
        badge: None,
        on_phone: false,
        group,
    };
    let work = |label, path, icon| item(label, path, icon, NavGroup::Work);
    let organisation = |label, path, icon| item(label, path, icon, NavGroup::Organisation);
    let ai = |label, path, icon| item(label, path, icon, NavGroup::Ai);
    let system = |label, path, icon| item(label, path, icon, NavGroup::System);
    let runs_the_system = may(Permission::ListTenants);
    let places = [
        (true, on_phone(work("Home", "", Icon::Home))),
        (runs_the_system, on_phone(work("Organisations", "organisations", Icon::Building))),
        (sees_reports, on_phone(work("Incidents", "incidents", Icon::List))),
        (may(Permission::ReadFigures), work("Dashboard", "dashboard", Icon::Chart)),
        (may(Permission::AskKnowledge), on_phone(work("Ask", "chat", Icon::Chat))),
        (sees_reports, on_phone(work("Notifications", "notifications", Icon::Bell))),
        (may(Permission::ReadRegisters), work("Participants", "participants", Icon::Users)),
        (
            may(Permission::AskKnowledge) || may(Permission::EditKnowledge),
            NavItem { on_phone: runs_the_system, ..work("Knowledge", "knowledge", Icon::Book) },
        ),
        (may(Permission::ReadRegisters), work("Sites", "sites", Icon::Site)),
        (may(Permission::ManagePeople), organisation("People", "people", Icon::Person)),
        (may(Permission::AdministerTenants), organisation("Sign-in help", "account-help", Icon::Key)),
        (
            may(Permission::EditPrompts),
            NavItem { on_phone: runs_the_system, ..ai("Prompts", "prompts", Icon::Sparkles) },
        ),
        (may(Permission::ConfigureTenant), organisation("Settings", "settings", Icon::Settings)),
        (may(Permission::HandleDataRequests), organisation("Data requests", "data-requests", Icon::Lock)),
        (may(Permission::ConfigureAi), ai("AI settings", "ai", Icon::Sliders)),
        (may(Permission::SeeUsage), ai("AI usage", "usage", Icon::Chart)),
        (may(Permission::ReadAudit), organisation("Audit trail", "audit", Icon::History)),
        (may(Permission::SeeJobs), system("Background work", "jobs", Icon::Clock)),
        (may(Permission::SeeDebugLog), system("Debug log", "log", Icon::Monitor)),
        (may(Permission::SeeDebugLog), system("Connections", "connections", Icon::Shield)),
    ];
    FrameModel {
        tenant_name: viewer.branding.name_in_frame(&member.tenant_name),
        tenant_slug: tenant.to_string(),
        person_name: member.display_name.clone(),
        role_label: member.role.label().to_owned(),
        tenants: viewer.tenants.iter().map(|choice| (choice.name.clone(), format!("/{}", choice.slug))).collect(),
        nav: places.into_iter().filter(|(visible, _)| *visible).map(|(_, item)| item).collect(),
    }
}

/// The same place, also in a phone's bottom bar.
fn on_phone(item: NavItem) -> NavItem {
    NavItem { on_phone: true, ..item }
}
